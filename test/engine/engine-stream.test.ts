import { PassThrough, Readable } from 'node:stream';
import { expect } from 'chai';
import type { Engine } from '../../harness/engine/engine.ts';
import { EngineOutputError, followed, isDiskFull, setUpFailure } from '../../harness/engine/engine-stream.ts';
import { SetupError } from '../../harness/errors.ts';

const engine = {
  host: 'unix:///x.sock',
  docker: { info: async () => ({ DockerRootDir: '/data/docker' }) },
} as unknown as Engine;

const events = (...list: object[]) => Readable.from(list.map((event) => `${JSON.stringify(event)}\r\n`));

describe('what an engine says of its work', () => {
  it('is handed on by lines', async () => {
    const lines: string[] = [];
    await followed(
      events({ stream: 'Step 1/2 : FROM x\n' }, { stream: '\n' }, { aux: {} }, { stream: 'done\n' }),
      {
        onLine: (line) => lines.push(line),
      },
    );
    expect(lines).to.deep.equal(['Step 1/2 : FROM x', 'done']);
  });

  it('is an error with the output before it, when it says so', async () => {
    const stream = events(
      { stream: 'E: no such package\n' },
      { errorDetail: {}, error: 'returned a non-zero code: 100' },
    );
    const error = await followed(stream).catch((reason) => reason);
    expect(error).to.be.instanceOf(EngineOutputError);
    const shown = await setUpFailure(engine, 'image node could not be built', error);
    expect(shown).to.be.instanceOf(SetupError);
    expect(shown.message).to.contain('non-zero code: 100').and.to.contain('E: no such package');
  });

  it('is given up when it does not begin in time', async () => {
    const error = await followed(new PassThrough(), { firstWithinMs: 30 }).catch((reason) => reason);
    expect(error.message).to.contain('no answer within 30 ms');
  });

  it('names the data root when the disk is full', async () => {
    expect(isDiskFull('write /x: no space left on device')).to.equal(true);
    expect(isDiskFull('no such file')).to.equal(false);
    const error = new EngineOutputError('write /var/x: no space left on device', []);
    expect((await setUpFailure(engine, 'image node could not be built', error)).message)
      .to.contain('disk is full')
      .and.to.contain('/data/docker');
  });
});
