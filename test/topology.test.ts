import { expect } from 'chai';
import { SetupError } from '../harness/errors.ts';
import { devicesToFormat, ownDiskOf } from '../harness/set-up.ts';
import {
  fileSystems,
  icsConf,
  nPlusOne,
  type Service,
  setUpCommands,
  setUpSteps,
  symmetric,
  symmetricAsWritten,
  topologies,
  variantsOf,
  vfstabOf,
} from '../harness/topology.ts';
import {
  deviceGroupConfigs,
  isMirrored,
  type Lun,
  lunsOf,
  type Topology,
  topology,
  type Wanted,
} from '../harness/topology-model.ts';
import { arraysOf, fileSystemFacts, quorumDevicesOf } from '../harness/volumes.ts';
import { parseConf } from '../images/node/ics/conf.ts';
import { settingsOf } from '../images/node/ics/settings.ts';

const [asymmetric = symmetric] = topologies;
const service = (of: { services: Service[] }, index = 0) => of.services[index] as Service;

const half = (name: string, sizeMiB = 8): Lun => ({ name, sizeMiB, holds: 'submirror' });
const mirrored: Wanted = {
  model: 'tried',
  summary: 'one mirrored volume',
  nodes: ['Node1', 'Node2'],
  arrays: [
    { name: 'a', luns: [half('h1'), { name: 'q1', sizeMiB: 1, holds: 'quorum' }] },
    { name: 'b', luns: [half('h2'), { name: 'd1', sizeMiB: 8, holds: 'empty' }] },
  ],
  deviceGroups: [
    {
      name: 'dg',
      volumes: [
        {
          name: 'd0',
          holds: 'empty',
          submirrors: [
            { array: 'a', lun: 'h1' },
            { array: 'b', lun: 'h2' },
          ],
        },
      ],
    },
  ],
};

describe('topology', () => {
  it('asymmetric: a device group named as its array, a volume a LUN, one quorum device', () => {
    expect(deviceGroupConfigs(asymmetric)).to.deep.equal([
      {
        name: 'penguin',
        nodes: ['Node1', 'Node2'],
        volumes: ['d400', 'd401'].map((name) => ({ name, submirrors: [{ array: 'penguin', lun: name }] })),
      },
    ]);
    expect(quorumDevicesOf(asymmetric)).to.deep.equal([
      { array: 'penguin', lun: 'q1', nodes: ['Node1', 'Node2'] },
    ]);
    expect(vfstabOf(asymmetric).split('\n')[1]).to.equal(
      '/dev/md/penguin/dsk/d400\t/dev/md/penguin/rdsk/d400\t/cal\tufs\t2\tno\tlogging',
    );
    expect(isMirrored(asymmetric)).to.equal(false);
    expect(variantsOf(asymmetric)).to.deep.equal([
      { role: 'node', packages: [] },
      { role: 'directory', packages: ['ldap-utils', 'slapd'] },
    ]);
  });

  it('symmetric: each store has its first half on its own array and the other on the other one', () => {
    expect(lunsOf(symmetric, service(symmetric))).to.deep.equal(['penguin/d401', 'polarbear/d402']);
    expect(lunsOf(symmetric, service(symmetric, 1))).to.deep.equal(['polarbear/d301', 'penguin/d302']);
    expect(quorumDevicesOf(symmetric)).to.have.length(1);
    expect(deviceGroupConfigs(symmetric).map(({ name, volumes }) => [name, volumes.length])).to.deep.equal([
      ['penguin', 3],
      ['polarbear', 3],
    ]);
    expect(variantsOf(symmetric).map(({ role }) => role)).to.deep.equal(['node', 'mirror', 'directory']);
  });

  it('symmetric: storage first, then the server is installed on it, then the resource of it', () => {
    const steps = setUpSteps(symmetric);
    expect(steps.map(({ node }) => node)).to.deep.equal(['Node1', 'Node2', 'Node1']);
    const [first, second, last] = steps.map(({ commands }) => commands);
    expect(first?.filter((command) => command.includes('FilesystemMountPoints'))).to.deep.equal([
      'scrgadm -a -j CAL-HASP-CS1-RS -g CAL-CS1-RG -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=/cal/Node1,/opt/Node1,/var/opt/Node1',
      'scrgadm -a -j CAL-HASP-CS2-RS -g CAL-CS2-RG -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=/cal/Node2,/opt/Node2,/var/opt/Node2',
    ]);
    expect(second).to.deep.equal([
      'commsinstall --root /opt/Node2',
      'ln -s /cal/Node2/config /opt/Node2/SUNWics5/cal/',
      'sync -f /opt/Node2',
    ]);
    expect(last?.at(-1)).to.equal('scswitch -e -j CAL-SVR-CS2-RS');
  });

  it('servers stand on the disks of the nodes that may run them, or on the shared disk', () => {
    const rootsOn = (whole: Topology, node: string) => ownDiskOf(whole, node).servers.map(({ root }) => root);
    expect(ownDiskOf(asymmetric, 'Node2')).to.deep.equal({
      agent: true,
      servers: [{ root: '/opt', configFolder: '/cal/config' }],
    });
    expect(rootsOn(nPlusOne(3), 'Spare')).to.deep.equal(['/opt/Node1', '/opt/Node2', '/opt/Node3']);
    expect(rootsOn(nPlusOne(3), 'Node2')).to.deep.equal(['/opt/Node2']);
    expect(rootsOn(symmetric, 'Node1')).to.deep.equal([]);
    expect(ownDiskOf(topology(mirrored), 'Node1')).to.deep.equal({ agent: false, servers: [] });
  });

  it('ics.conf is what the configurator writes, with the additions for high availability at its end', () => {
    const conf = parseConf(icsConf(service(symmetric, 1), '198.18.0.201'));
    expect(conf.get('caldb.berkeleydb.hotbackup.path')).to.equal('/cal/Node2/csdb/hotbackup');
    expect(conf.get('service.http.listenaddr')).to.equal('198.18.0.201');
    expect(conf.get('local.servername')).to.equal('LOG-HOST-CS2-RS');
    expect(() => settingsOf(conf)).to.not.throw();
  });

  it('N+1: a quorum device on each array, which only its node and the spare are wired to', () => {
    const three = nPlusOne(3);
    expect(three.nodes).to.deep.equal(['Node1', 'Node2', 'Node3', 'Spare']);
    expect(quorumDevicesOf(three).map(({ array, nodes }) => [array, nodes])).to.deep.equal(
      [1, 2, 3].map((number) => [`penguin${number}`, [`Node${number}`, 'Spare']]),
    );
    expect(deviceGroupConfigs(three)[1]?.nodes).to.deep.equal(['Node2', 'Spare']);
    expect(service(three, 2)).to.include({ primary: 'Node3', backup: 'Spare', mountPoint: '/cal/Node3' });
    expect(setUpCommands(three).filter((command) => command.includes('-g CAL-CS2-RG -h'))).to.deep.equal([
      'scrgadm -a -g CAL-CS2-RG -h Node2,Spare',
    ]);
    expect(nPlusOne(16).nodes).to.have.length(17);
  });

  it('symmetric as written: no mirrors, four of six volumes on polarbear; with its var, CS1 could not run apart from CS2', () => {
    expect(isMirrored(symmetricAsWritten)).to.equal(false);
    const volumes = deviceGroupConfigs(symmetricAsWritten).map(({ name, volumes: all }) => [
      name,
      all.length,
    ]);
    expect(volumes).to.deep.equal([
      ['penguin', 2],
      ['polarbear', 4],
    ]);
    const [first = service(symmetric), ...others] = symmetricAsWritten.services;
    expect(arraysOf(symmetricAsWritten, first)).to.deep.equal(['penguin']);
    const withVar = { ...first, furtherMountPoints: ['/opt/Node1', '/var/opt/Node1'] };
    expect(() =>
      topology({ ...symmetricAsWritten, deviceGroups: [], services: [withVar, ...others] }),
    ).to.throw(/CAL-CS1-RG has file systems on penguin and polarbear, which may be on two nodes/);
  });

  it('single: a group of one node', () => {
    const single = topologies.find(({ model }) => model === 'single') ?? asymmetric;
    expect(setUpCommands(single)).to.include('scrgadm -a -g CAL-RG -h Node1');
    expect(quorumDevicesOf(single)).to.deep.equal([]);
  });

  it('file systems: an XFS is made before anything else, and has its name in vfstab; a global one has its own line', () => {
    const [step] = setUpSteps(fileSystems);
    expect(step?.commands.slice(0, 2)).to.deep.equal([
      'mkfs.xfs -q -f /dev/lun/penguin/d402',
      'blockdev --flushbufs /dev/lun/penguin/d402',
    ]);
    expect(devicesToFormat(fileSystems)).to.deep.equal([
      { node: 'Node1', device: '/dev/lun/penguin/d402', type: 'xfs' },
    ]);
    expect(devicesToFormat(symmetric)).to.deep.equal([]);
    expect(vfstabOf(fileSystems))
      .to.include('\t/archive\txfs\t2\tno\tlogging')
      .and.include('\t/shared\tufs\t2\tyes\tglobal,logging');
    expect(fileSystemFacts(fileSystems)).to.deep.equal([
      { mountPoint: '/cal', type: 'ext4', global: false },
      { mountPoint: '/archive', type: 'xfs', global: false },
      { mountPoint: '/shared', type: 'ext4', global: true },
    ]);
  });

  it('arrays of a service: its own before the one with the copies', () => {
    expect(symmetric.services.map((one) => arraysOf(symmetric, one))).to.deep.equal([
      ['penguin', 'polarbear'],
      ['polarbear', 'penguin'],
    ]);
  });

  it('without services: LUNs with nothing in them, hosts, packages, file systems of its own', () => {
    const own = topology({
      ...mirrored,
      hosts: ['db'],
      packages: ['postgresql'],
      fileSystems: [
        { mountPoint: '/db', deviceGroup: 'dg', volume: 'd0' },
        { mountPoint: '/global', deviceGroup: 'b', volume: 'd1', global: true },
      ],
    });
    expect(setUpCommands(own)).to.deep.equal([]);
    expect(own.deviceGroups.map(({ name }) => name)).to.deep.equal(['dg', 'b']);
    expect(vfstabOf(own)).to.include('/dev/md/dg/rdsk/d0\t/db\tufs\t2\tno\tlogging');
    expect(vfstabOf(own)).to.include('/global\tufs\t2\tyes\tglobal,logging');
    expect(variantsOf(own).map(({ role }) => role)).to.not.include('directory');
    expect(variantsOf(own)[0]).to.deep.equal({
      role: 'node',
      packages: ['postgresql', 'sshfs', 'openssh-sftp-server'],
    });
  });

  describe('refuses what does not fit together', () => {
    const mirror = (...submirrors: { array: string; lun: string }[]): Partial<Wanted> => ({
      deviceGroups: [{ name: 'dg', volumes: [{ name: 'd0', holds: 'empty', submirrors }] }],
    });
    const onH1 = { array: 'a', lun: 'h1' };
    const calendar: Service = { ...service(asymmetric), deviceGroup: 'b', volume: 'd1' };
    const [a, b] = mirrored.arrays as [Wanted['arrays'][number], Wanted['arrays'][number]];
    const rows: [string, Partial<Wanted>, RegExp][] = [
      ['two nodes of a name', { nodes: ['Node1', 'Node1'] }, /two of node Node1/],
      ['two arrays of a name', { arrays: [a, b, a] }, /two of array a/],
      [
        'a LUN twice on an array',
        { arrays: [{ ...a, luns: [...a.luns, half('h1')] }, b] },
        /two of LUN .* h1/,
      ],
      ['a cable to nowhere', { arrays: [{ ...a, nodes: ['Node7'] }, b] }, /wired to Node7, which is no node/],
      ['an unknown array', mirror(onH1, { array: 'c', lun: 'h2' }), /on array c, which is not there/],
      ['an unknown LUN', mirror(onH1, { array: 'b', lun: 'h9' }), /array b has no LUN h9/],
      ['both halves on one array', mirror(onH1, { array: 'a', lun: 'q1' }), /both halves of .* on array a/],
      ['a quorum device as half', mirror(onH1, { array: 'a', lun: 'q1' }), /a\/q1 .* is a quorum device/],
      ['three halves', mirror(onH1, onH1, onH1), /has 3 submirrors/],
      ['a full disk as half', mirror(onH1, { array: 'b', lun: 'd1' }), /half of a mirror holds "submirror"/],
      [
        'halves of two sizes',
        { arrays: [{ ...a, luns: [half('h1', 9)] }, b] },
        /differ in size: 9 and 8 MiB/,
      ],
      ['a half without a volume', { deviceGroups: [] }, /submirror a\/h1 belongs to no volume/],
      [
        'a group that no node reaches',
        {
          arrays: [
            { ...a, nodes: ['Node1'] },
            { ...b, nodes: ['Node2'] },
          ],
        },
        /device group dg has no node/,
      ],
      [
        'a service on no volume',
        { services: [{ ...calendar, volume: 'd9' }] },
        /on b\/d9, which is no volume/,
      ],
      ['a service on an empty volume', { services: [calendar] }, /on an empty volume/],
      [
        'a further file system that is not there',
        { services: [{ ...calendar, furtherMountPoints: ['/opt/Node1'] }] },
        /has a file system at \/opt\/Node1, which is not there/,
      ],
      [
        'file systems of one service on two device groups',
        {
          services: [{ ...calendar, furtherMountPoints: ['/opt/Node1'] }],
          fileSystems: [{ mountPoint: '/opt/Node1', deviceGroup: 'dg', volume: 'd0' }],
        },
        /has file systems on b and dg, which may be on two nodes/,
      ],
      [
        'a service for no node',
        { services: [{ ...calendar, backup: 'Node7' }] },
        /for Node7, which is no node/,
      ],
      [
        'a service for a node without a cable',
        { arrays: [a, { ...b, nodes: ['Node1'] }], services: [calendar] },
        /for Node2, which has no cable to all arrays of b/,
      ],
      ['a host twice', { hosts: ['db', 'db'] }, /two of logical hostname db/],
      [
        'a file system on no volume',
        { fileSystems: [{ mountPoint: '/x', deviceGroup: 'dg', volume: 'd7' }] },
        /\/x is on dg\/d7, which is no volume/,
      ],
    ];
    for (const [what, change, says] of rows) {
      it(what, () => {
        expect(() => topology({ ...mirrored, ...change })).to.throw(SetupError, says);
      });
    }
  });
});
