import { expect } from 'chai';
import { DeviceBusy, ReservationConflict } from '../../../../images/node/cluster/arrays.ts';
import { ArrayVolumes } from '../../../../images/node/cluster/volumes-on-arrays.ts';
import type { LunPath, NodeConfig } from '../../../../images/node/config.ts';

const half = (array: string, lun: string) => ({ array, lun });
const config = {
  name: 'Node1',
  mirrorService: null,
  sabotage: null,
  deviceGroups: [
    { name: 'plain', nodes: ['Node1'], volumes: [{ name: 'd1', submirrors: [half('a', 'd1')] }] },
    {
      name: 'mirrored',
      nodes: ['Node1'],
      volumes: [{ name: 'd0', submirrors: [half('a', 'h1'), half('b', 'h2')] }],
    },
  ],
} as unknown as NodeConfig;

/** Arrays that answer as told: by array, what their calls throw. */
function volumes(trouble: Record<string, Error> = {}) {
  const calls: string[] = [];
  const answer = (call: string) => async (path: LunPath) => {
    calls.push(`${call} ${path.array}/${path.lun}`);
    const error = trouble[path.array];
    if (error) throw error;
  };
  return {
    calls,
    volumes: new ArrayVolumes(config, { reserve: answer('reserve'), release: answer('release') }),
  };
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: Error) => error,
  );

describe('device groups on arrays', () => {
  it('a volume is found by its block or raw path in /etc/vfstab', () => {
    const found = volumes().volumes;
    for (const path of ['/dev/md/mirrored/dsk/d0', '/dev/md/mirrored/rdsk/d0'])
      expect(found.find(path)).to.include({ deviceGroup: config.deviceGroups[1] });
    expect(found.find('/dev/md/mirrored/dsk/d1')).to.equal(undefined);
  });

  it('a group is mastered by reserving all its LUNs', async () => {
    const { calls, volumes: all } = volumes();
    await all.master('mirrored');
    expect(calls).to.deep.equal(['reserve a/h1', 'reserve b/h2']);
  });

  it('of a mirror one half is enough; of a plain volume there is only one', async () => {
    const { volumes: all } = volumes({ a: new Error('array a does not answer') });
    await all.master('mirrored');
    expect((await failure(all.master('plain')))?.message).to.equal(
      'plain/d1 cannot be reserved: array a does not answer',
    );
    const silent = volumes({ a: new Error('a is silent'), b: new Error('b is silent') }).volumes;
    expect((await failure(silent.master('mirrored')))?.message).to.match(/a is silent; b is silent/);
  });

  for (const refusal of [new ReservationConflict('key of Node1 is gone'), new DeviceBusy('Node2 has it')]) {
    it(`an array that says no counts more than another that says yes: ${refusal.name}`, async () => {
      expect(await failure(volumes({ b: refusal }).volumes.master('mirrored'))).to.equal(refusal);
    });
  }

  it('a release does not wait for an array that is silent, and does not hide a lost key', async () => {
    const { calls, volumes: all } = volumes({ a: new Error('a is silent') });
    await all.release('mirrored');
    expect(calls).to.deep.equal(['release a/h1', 'release b/h2']);
    const conflict = new ReservationConflict('key of Node1 is gone');
    expect(await failure(volumes({ b: conflict }).volumes.release('mirrored'))).to.equal(conflict);
  });

  it('names what is not there, and what is', async () => {
    const { volumes: all } = volumes();
    expect((await failure(all.master('other')))?.message).to.equal(
      'there is no device group other; there are plain, mirrored',
    );
    expect((await failure(all.open('plain', 'd9')))?.message).to.equal(
      'device group plain has no volume d9; it has d1',
    );
    expect((await failure(all.open('mirrored', 'd0')))?.message).to.match(/Node1 has no mirror daemon/);
    expect(await all.mirrors()).to.deep.equal([]);
  });
});
