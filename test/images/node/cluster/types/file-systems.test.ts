import { expect } from 'chai';
import type { Group } from '../../../../../images/node/cluster/core/types.ts';
import {
  checkLine,
  devicesOf,
  fileSystemsOf,
} from '../../../../../images/node/cluster/types/file-systems.ts';
import { VolumesInUse } from '../../../../../images/node/cluster/types/volumes-in-use.ts';
import { type DeviceGroupConfig, volumePath } from '../../../../../images/node/config.ts';

const penguin: DeviceGroupConfig = {
  name: 'penguin',
  nodes: ['Node1', 'Node2'],
  volumes: ['d400', 'd500'].map((name) => ({ name, submirrors: [{ array: 'penguin', lun: name }] })),
};
const volumes = {
  deviceGroups: [penguin],
  find: (path: string) => {
    const volume = penguin.volumes.find(({ name }) => volumePath('penguin', name) === path);
    return volume && { deviceGroup: penguin, volume };
  },
};
const group = (properties: Record<string, string> = {}): Group => ({
  ...{ name: 'CAL-RG', nodelist: ['Node1', 'Node2'], managed: true, properties },
});

/** A line as the guide's §6.6.1 has it, with some fields otherwise. */
function line(
  changes: { device?: string; raw?: string; point?: string; atBoot?: string; options?: string } = {},
): string {
  const { device = '/dev/md/penguin/dsk/d400', raw = '/dev/md/penguin/rdsk/d400' } = changes;
  const { point = '/cal', atBoot = 'no', options = 'logging' } = changes;
  return [device, raw, point, 'ufs', '2', atBoot, options].join('\t');
}

function checked(vfstab: string, points = ['/cal'], of = group(), node = 'Node1'): string[] {
  const found = fileSystemsOf(points, { node, vfstab, volumes });
  for (const one of found) checkLine(one, of);
  return found.map(({ mountPoint }) => mountPoint);
}

describe('file systems of HAStoragePlus', () => {
  it("the guide's failover line is in order", () => expect(checked(line())).to.deep.equal(['/cal']));

  it("the guide's global line is in order, and known as one", () => {
    const vfstab = line({ atBoot: 'yes', options: 'global,logging' });
    expect(checked(vfstab)).to.deep.equal(['/cal']);
    expect(fileSystemsOf(['/cal'], { node: 'Node1', vfstab, volumes })[0]?.global).to.equal(true);
  });

  it('lines of other mount points may be out of order', () =>
    expect(checked(`/dev/x /dev/rx /other ufs 2 no logging\n${line()}`)).to.deep.equal(['/cal']));

  it('parents come before what is mounted within them', () => {
    const inner = line({
      device: '/dev/md/penguin/dsk/d500',
      raw: '/dev/md/penguin/rdsk/d500',
      point: '/cal/store',
    });
    expect(checked(`${inner}\n${line()}`, ['/cal/store', '/cal'])).to.deep.equal(['/cal', '/cal/store']);
  });

  for (const [what, vfstab, says] of [
    ['no line', '', /has no line for \/cal/],
    ['two lines', `${line()}\n${line()}`, /has 2 lines for \/cal/],
    ['blanks for tabs', line().replaceAll('\t', ' '), /line 1: has 1 fields separated by tabs/],
    ['one that mounts at boot', line({ atBoot: 'yes' }), /mounts at boot: write "no"/],
    ['a global one that does not', line({ options: 'global,logging' }), /must mount at boot/],
    [
      'a device of nobody',
      line({ device: '/dev/md/penguin/dsk/d999' }),
      /d999 of \/cal .* of no device group/,
    ],
    [
      'the raw device of another volume',
      line({ raw: '/dev/md/penguin/rdsk/d300' }),
      /rdsk\/d300 as the raw device .* that is .*rdsk\/d400/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => expect(() => checked(vfstab)).to.throw(says));
  }

  for (const properties of [{ Maximum_primaries: '2' }, { RG_mode: 'Scalable' }]) {
    it(`refuses a failover file system in a group with ${JSON.stringify(properties)}`, () =>
      expect(() => checked(line(), ['/cal'], group(properties))).to.throw(
        /failover file systems are for failover groups/,
      ));
    it(`takes a global one in a group with ${JSON.stringify(properties)}`, () =>
      expect(checked(line({ atBoot: 'yes', options: 'global' }), ['/cal'], group(properties))).to.have.length(
        1,
      ));
  }

  it('refuses a node that has no cable to the disks', () =>
    expect(() => checked(line(), ['/cal'], group(), 'Node3')).to.throw(
      /Node3 is not wired to device group penguin/,
    ));

  it('GlobalDevicePaths are device groups or volumes, and nothing else', () => {
    const around = { node: 'Node1', vfstab: '', volumes };
    const found = devicesOf(['penguin', '/dev/md/penguin/dsk/d500'], around);
    expect(found.map(({ volume }) => volume?.name ?? null)).to.deep.equal([null, 'd500']);
    expect(() => devicesOf(['bear'], around)).to.throw(/bear in GlobalDevicePaths is neither/);
  });
});

describe('volumes in use', () => {
  it('a device group is released with its last use', async () => {
    const calls: string[] = [];
    const on = {
      master: async (name: string) => void calls.push(`master ${name}`),
      release: async (name: string) => void calls.push(`release ${name}`),
    };
    const inUse = new VolumesInUse();
    await inUse.master(on, 'penguin', 'one');
    await inUse.master(on, 'penguin', 'two');
    await inUse.release(on, 'penguin', 'one');
    expect(calls).to.not.include('release penguin');
    await inUse.release(on, 'penguin', 'one');
    expect(calls, 'a second release by the same user').to.not.include('release penguin');
    await inUse.release(on, 'penguin', 'two');
    expect(calls.at(-1)).to.equal('release penguin');
  });
});
