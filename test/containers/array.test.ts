/** The disk array by itself: real block devices, whose loss and return are the kernel's doing. */
import { expect } from 'chai';
import { clockOffset } from '../../harness/containers/clock-offset.ts';
import type { Contained } from '../../harness/containers/contained.ts';
import { startLoneArray } from '../../harness/containers/lone-array.ts';
import { sweep } from '../../harness/engine/cleanup.ts';
import type { Engine } from '../../harness/engine/engine.ts';
import { findOrStartEngine } from '../../harness/engine/find.ts';
import { ensureImages, type ImageTags } from '../../harness/engine/images.ts';
import { leftovers } from '../../harness/engine/leftovers.ts';
import { uniqueName } from '../../harness/random.ts';

interface Trial {
  ports: string;
  wroteBefore: boolean;
  errorAfter: string;
}

describe('disk array', function () {
  this.timeout(120_000);
  let engine: Engine;
  let images: ImageTags;
  let array: Contained;
  let run: string;
  const heard: string[] = [];

  before(async () => {
    engine = await findOrStartEngine(() => undefined);
    images = await ensureImages(engine, () => undefined);
  });

  async function start(stackedPorts: boolean): Promise<void> {
    run = `test-${uniqueName()}`;
    heard.length = 0;
    const content = { directories: ['kept'], files: { 'kept/file': 'at rest' } };
    const options = { run, image: images.array, stackedPorts, lun: 'd1', content };
    array = await startLoneArray(engine, options, ({ line }) => heard.push(line));
  }

  afterEach(async () => {
    await sweep(engine.docker, { run });
    expect((await leftovers(engine.docker, { run })).loops).to.deep.equal([]);
  });

  for (const stacked of [false, true]) {
    it(`a cut port takes no write any more (${stacked ? 'stacked' : 'plain'} ports)`, async () => {
      await start(stacked);
      const trial = (await array.channel.order('trial', { lun: 'd1' })).value as Trial;
      expect(trial.wroteBefore).to.equal(true);
      expect(trial.errorAfter).to.match(/^(EIO|ENOSPC|EROFS)$/);
      if (stacked) expect(trial.ports).to.equal('stacked');
    });
  }

  it('tells its clock, which on this machine is ours', async () => {
    await start(false);
    const { offsetMs, uncertaintyMs } = await clockOffset(array.channel);
    expect(Math.abs(offsetMs)).to.be.at.most(uncertaintyMs);
  });

  it('loss: every port gets I/O errors; return: what was at rest is there', async () => {
    await start(false);
    const shell = (script: string) => array.run(['bash', '-ec', script]);
    const attached = async () =>
      (await array.channel.order('attach', { node: 'Node1', lun: 'd1' })).value as number;
    const before = await attached();
    const written = await shell(
      `mkdir -p /mnt/a; mount /dev/loop${before} /mnt/a; echo synced > /mnt/a/before; sync -f /mnt/a`,
    );
    expect(written.exit, written.output).to.equal(0);

    await array.channel.order('lose');
    const lost = await shell('echo lost > /mnt/a/after; sync /mnt/a/after');
    expect(lost.exit, 'a write to a lost array must fail').to.not.equal(0);
    expect(lost.output).to.match(/Input\/output error|Read-only file system/);
    await array.channel.order('attach', { node: 'Node2', lun: 'd1' }).then(
      () => expect.fail('a lost array has no port to offer'),
      (error: Error) => expect(error.message).to.include('lone is lost'),
    );

    await shell('umount -l /mnt/a');
    await array.channel.order('restore');
    const after = await attached();
    const found = await shell(
      `e2fsck -p /dev/loop${after} >/dev/null || test $? -le 1; mount /dev/loop${after} /mnt/a; cat /mnt/a/kept/file /mnt/a/before; ls /mnt/a; umount /mnt/a`,
    );
    expect(found.output).to.include('at rest').and.to.include('synced').and.to.not.include('after');
    expect(heard.map((line) => JSON.parse(line).kind)).to.include.members(['array-lost', 'array-back']);
  });
});
