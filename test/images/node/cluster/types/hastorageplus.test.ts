/** VALIDATE of SUNW.HAStoragePlus on one node: each thing that is not in order is refused before anything is mounted. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { hastorageplus, validateWith } from '../../../../../images/node/cluster/types/hastorageplus.ts';
import type { MethodContext } from '../../../../../images/node/cluster/types/type.ts';
import { type DeviceGroupConfig, volumePath } from '../../../../../images/node/config.ts';
import { contextFor, noVolumes, resourceOf, troubleOf, typeOf } from '../../../../helpers/methods.ts';

const TYPE = 'SUNW.HAStoragePlus';

describe('VALIDATE of HAStoragePlus', () => {
  let folder: string;
  let point: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'validate-'));
    point = join(folder, 'cal');
    mkdirSync(point);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const groupOn = (nodes: string[]): DeviceGroupConfig => ({
    ...{ name: 'penguin', nodes },
    volumes: ['d400', 'd500'].map((name) => ({ name, submirrors: [{ array: 'penguin', lun: name }] })),
  });

  /** A line as the guide's §6.6.1 has it. */
  const line = (at: string, { volume = 'd400', boot = 'no', options = 'logging' } = {}) =>
    [volumePath('penguin', volume), volumePath('penguin', volume, true), at, 'ufs', '2', boot, options].join(
      '\t',
    );

  function validated(
    properties: Record<string, string>,
    vfstab: string,
    { nodes = ['Node1', 'Node2'], group = {} }: { nodes?: string[]; group?: Record<string, string> } = {},
  ): Promise<Record<string, string>> {
    const penguin = groupOn(nodes);
    const volumes = {
      ...noVolumes,
      deviceGroups: [penguin],
      find: (path: string) => {
        const volume = penguin.volumes.find(({ name }) => volumePath('penguin', name) === path);
        return volume && { deviceGroup: penguin, volume };
      },
    };
    const more: Partial<MethodContext> = {
      volumes,
      group: { name: 'test-rg', nodelist: ['Node1', 'Node2'], managed: true, properties: group },
    };
    const { context } = contextFor(hastorageplus, typeOf(TYPE), resourceOf(TYPE, properties), more);
    return validateWith(context, { node: 'Node1', vfstab, volumes });
  }

  it('takes what is in order, and has its line compared with those of the other nodes', async () => {
    expect(await validated({ FilesystemMountPoints: point }, `# a comment\n${line(point)}\n`)).to.deep.equal({
      [`the line of ${point} in /etc/vfstab`]: line(point),
    });
    expect(await validated({ GlobalDevicePaths: 'penguin' }, '')).to.deep.equal({});
  });

  it('needs no folder for a mount point within another one', async () => {
    const inner = join(point, 'store');
    const vfstab = `${line(point)}\n${line(inner, { volume: 'd500' })}\n`;
    const agreed = await validated({ FilesystemMountPoints: `${inner},${point}` }, vfstab);
    expect(Object.values(agreed)).to.have.members([line(point), line(inner, { volume: 'd500' })]);
    expect(await troubleOf(validated({ FilesystemMountPoints: inner }, vfstab))).to.match(/is no directory/);
  });

  it('refuses both path properties empty', async () => {
    for (const properties of [{}, { FilesystemMountPoints: '', GlobalDevicePaths: ' ' }])
      expect(await troubleOf(validated(properties, line(point)))).to.match(/are both empty/);
  });

  it('refuses a mount point that is not there, is a file, or is no absolute path', async () => {
    const none = join(folder, 'none');
    writeFileSync(join(folder, 'file'), '');
    for (const at of [none, join(folder, 'file')])
      expect(await troubleOf(validated({ FilesystemMountPoints: at }, line(at)))).to.equal(
        `mount point ${at} is no directory on this node: mkdir -p ${at}`,
      );
    expect(await troubleOf(validated({ FilesystemMountPoints: 'cal' }, line('cal')))).to.equal(
      'mount point cal is not an absolute path',
    );
  });

  const refused: [what: string, vfstab: (at: string) => string, says: RegExp][] = [
    ['no line', () => '', /^\/etc\/vfstab has no line for /],
    [
      'a line with blanks for tabs',
      (at) => line(at).replaceAll('\t', ' '),
      /^\/etc\/vfstab line 1: has 1 fields/,
    ],
    [
      'a line with a field too few',
      (at) => line(at).replace('\t2', ''),
      /^\/etc\/vfstab line 1: has 6 fields/,
    ],
    ['a line that mounts at boot', (at) => line(at, { boot: 'yes' }), /mounts at boot: write "no"/],
    ['a volume that there is not', (at) => line(at, { volume: 'd900' }), /is a volume of no device group/],
  ];
  for (const [what, vfstab, says] of refused) {
    it(`refuses ${what}, on one line`, async () => {
      const trouble = await troubleOf(validated({ FilesystemMountPoints: point }, vfstab(point)));
      expect(trouble).to.match(says).and.to.not.include('\n');
    });
  }

  it('refuses a node without a cable to the disks, by way of a file system or of a device', async () => {
    for (const properties of [{ FilesystemMountPoints: point }, { GlobalDevicePaths: 'penguin' }])
      expect(await troubleOf(validated(properties, line(point), { nodes: ['Node2'] }))).to.equal(
        'Node1 is not wired to device group penguin; Node2 are',
      );
  });

  it('refuses a failover file system in a scalable group', async () => {
    const group = { Maximum_primaries: '2', RG_mode: 'Scalable' };
    expect(await troubleOf(validated({ FilesystemMountPoints: point }, line(point), { group }))).to.match(
      /failover file systems are for failover groups$/,
    );
  });
});
