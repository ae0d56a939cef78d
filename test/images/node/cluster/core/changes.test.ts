import { expect } from 'chai';
import { applyChange } from '../../../../../images/node/cluster/core/changes.ts';
import type { Change, Placement, Repository } from '../../../../../images/node/cluster/core/types.ts';
import { repositoryFor } from '../../../../helpers/core-schedules.ts';

const view = { generation: 3, members: ['n1', 'n2'] };
const nowhere: Placement = { serial: 7, targets: {} };

function refusal(change: Change, repository: Repository = repositoryFor(3)): string {
  const applied = applyChange(repository, nowhere, change, view);
  return 'refused' in applied ? applied.refused : 'not refused';
}

function done(change: Change, repository: Repository = repositoryFor(3), placement = nowhere) {
  const applied = applyChange(repository, placement, change, view);
  if ('refused' in applied) throw new Error(applied.refused);
  return applied;
}

const unmanaged = (): Repository => {
  const repository = repositoryFor(3);
  return { ...repository, groups: repository.groups.map((group) => ({ ...group, managed: false })) };
};

describe('a change of the configuration', () => {
  const properties = {};
  const refused: [string, Change, RegExp][] = [
    [
      'a type without a registration file',
      { do: 'register-type', type: 'SUNW.nfs' },
      /no registration file for SUNW.nfs/,
    ],
    [
      'a group that exists',
      { do: 'add-group', group: 'g1', nodelist: ['n1'], properties },
      /g1 exists already/,
    ],
    [
      'a resource that exists',
      { do: 'add-resource', resource: 'g1-cal', type: 'SUNW.scics', group: 'g2', properties },
      /g1-cal exists already/,
    ],
    [
      'a resource of an unknown group',
      { do: 'add-resource', resource: 'r', type: 'SUNW.scics', group: 'g9', properties },
      /no resource group g9/,
    ],
    [
      'a resource of an unknown type',
      { do: 'add-resource', resource: 'r', type: 'SUNW.nfs', group: 'g1', properties },
      /SUNW.nfs is not registered; scrgadm -a -t SUNW.nfs/,
    ],
    ['enabling what is not there', { do: 'set-enabled', resources: ['r'], enabled: true }, /no resource r/],
    [
      'disabling a disk under an enabled server',
      { do: 'set-enabled', resources: ['g1-disk'], enabled: false },
      /g1-disk cannot be disabled: g1-cal depends on it/,
    ],
    [
      'disabling an address under an enabled server',
      { do: 'set-enabled', resources: ['g1-host'], enabled: false },
      /g1-host cannot be disabled: g1-cal depends on it/,
    ],
    ['a switch of an unknown group', { do: 'switch', groups: ['g9'], node: 'n1' }, /no resource group g9/],
    [
      'a switch to an unknown node',
      { do: 'switch', groups: ['g1'], node: 'n9' },
      /n9 is not in the Nodelist of g1: n1, n2, n3/,
    ],
    [
      'a switch to a node that is down',
      { do: 'switch', groups: ['g1'], node: 'n3' },
      /n3 is not a member of the cluster; members are n1, n2/,
    ],
    [
      'bringing online what is not there',
      { do: 'bring-online', groups: ['g1', 'g9'] },
      /no resource group g9/,
    ],
  ];
  for (const [what, change, message] of refused) {
    it(`is refused: ${what}`, () => expect(refusal(change)).to.match(message));
  }

  it('is refused: a switch of an unmanaged group', () => {
    const change: Change = { do: 'switch', groups: ['g1'], node: 'n1' };
    expect(refusal(change, unmanaged())).to.match(/g1 is unmanaged; scswitch -Z -g g1/);
  });

  it('leaves what it was given alone, refused or not', () => {
    const [repository, before] = [repositoryFor(3), repositoryFor(3)];
    done({ do: 'bring-online', groups: [] }, repository);
    refusal({ do: 'bring-online', groups: ['g1', 'g9'] }, repository);
    expect(repository).to.deep.equal(before);
    expect(nowhere).to.deep.equal({ serial: 7, targets: {} });
  });

  it('has a version and a serial of its view, higher than those before', () => {
    const { repository, placement } = done({ do: 'register-type', type: 'SUNW.scics' });
    expect([repository.version, placement.serial]).to.deep.equal([3_000_001, 3_000_001]);
    const again = done({ do: 'register-type', type: 'SUNW.scics' }, repository, placement);
    expect([again.repository.version, again.placement.serial]).to.deep.equal([3_000_002, 3_000_002]);
  });

  it('disables a disk together with the server on it', () => {
    const { repository } = done({ do: 'set-enabled', resources: ['g1-disk', 'g1-cal'], enabled: false });
    const enabled = repository.resources.filter((one) => one.enabled && one.group === 'g1');
    expect(enabled.map(({ name }) => name)).to.deep.equal(['g1-host']);
  });

  it('disables a disk once the server on it is disabled', () => {
    const { repository } = done({ do: 'set-enabled', resources: ['g1-cal'], enabled: false });
    expect(refusal({ do: 'set-enabled', resources: ['g1-disk'], enabled: false }, repository)).to.equal(
      'not refused',
    );
  });

  it('creates a logical hostname enabled and anything else disabled, and takes a version suffix of the type', () => {
    const empty = { ...repositoryFor(3), types: [], resources: [] };
    const host = done(
      { do: 'add-resource', resource: 'h', type: 'SUNW.LogicalHostname', group: 'g1', properties },
      empty,
    );
    expect(host.repository.resources).to.deep.equal([
      { name: 'h', type: 'SUNW.LogicalHostname', group: 'g1', enabled: true, properties },
    ]);
    const typed = done({ do: 'register-type', type: 'SUNW.HAStoragePlus' }, host.repository);
    const disk = done(
      { do: 'add-resource', resource: 'd', type: 'SUNW.HAStoragePlus:4', group: 'g1', properties },
      typed.repository,
    );
    expect(disk.repository.resources[1]).to.deep.include({ type: 'SUNW.HAStoragePlus', enabled: false });
  });

  it('brings all groups online when none is named: managed, enabled, each on its first node that is a member', () => {
    const { repository, placement } = done({ do: 'bring-online', groups: [] }, unmanaged());
    expect(repository.groups.every(({ managed }) => managed)).to.equal(true);
    expect(placement.targets).to.deep.equal({ g1: 'n1', g2: 'n2' });
  });

  it('leaves a group where it is when it is only to be online', () => {
    const placement = { serial: 7, targets: { g1: 'n2', g2: 'n3' } };
    const after = done({ do: 'bring-online', groups: [] }, repositoryFor(3), placement);
    expect(after.placement.targets).to.deep.equal({ g1: 'n2', g2: 'n2' });
  });
});
