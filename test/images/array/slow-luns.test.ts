import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SlowLuns } from '../../../images/array/slow-luns.ts';

describe('the LUNs of an array that may become slow', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-slow-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are made once for all who ask at the same time, and anew for who asks after that has failed', async () => {
    const luns = new SlowLuns(folder, 'penguin', 0);
    const missing = join(folder, 'd400');
    const failure = (asked: Promise<string>) => asked.catch((error: unknown) => error);
    const [one, other] = [luns.pathOf('d400', missing), luns.pathOf('d400', missing)];
    expect(one).to.equal(other);
    const first = await failure(one);
    expect(first).to.have.property('code', 'ENOENT');
    const second = await failure(luns.pathOf('d400', missing));
    expect(second).to.have.property('code', 'ENOENT');
    expect(second).to.not.equal(first);
    await luns.end();
  });
});
