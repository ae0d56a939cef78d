import { expect } from 'chai';
import { applyChange } from '../../../../../../images/node/cluster/core/changes.ts';
import type { Change, State } from '../../../../../../images/node/cluster/core/types.ts';
import { resource, TYPES } from '../../../../../helpers/core-repository.ts';
import {
  add,
  added,
  allDisabled,
  failed,
  having,
  none,
  scalable,
  standard,
  state,
  unmanaged,
} from '../../../../../helpers/core-state.ts';

const needs = (name: string, what: string): Change => ({
  do: 'change-resource',
  resource: name,
  given: standard({ Resource_dependencies: what }),
});
const refused: [Change, string, State?][] = [
  [
    { do: 'register-type', type: TYPES[2] as (typeof TYPES)[2] },
    'resource type SUNW.scics is registered already',
  ],
  [
    { do: 'unregister-type', type: 'SUNW.nfs' },
    'resource type SUNW.nfs is not registered; registered are SUNW.LogicalHostname, SUNW.HAStoragePlus, SUNW.scics',
  ],
  [
    { do: 'unregister-type', type: 'SUNW.scics:3' },
    'resource type SUNW.scics is in use by g1-cal, g2-cal; scrgadm -r -j g1-cal removes a resource',
  ],
  [{ do: 'add-group', group: 'g1', nodelist: null, properties: {} }, 'resource group g1 exists already'],
  [
    { do: 'add-group', group: 'a b', nodelist: null, properties: {} },
    '"a b" is no name for a resource group: letters, digits, ".", "_" and "-" only',
  ],
  [
    { do: 'add-group', group: 'g3', nodelist: [], properties: {} },
    'the Nodelist is empty: a group needs a node',
  ],
  [
    { do: 'add-group', group: 'g3', nodelist: ['N1'], properties: {} },
    'there is no node N1 in the cluster; its nodes are n1, n2, n3',
  ],
  [
    { do: 'add-group', group: 'g3', nodelist: ['n1', 'n2', 'n1'], properties: {} },
    'n1 is in the Nodelist twice',
  ],
  [
    { do: 'add-group', group: 'g3', nodelist: null, properties: { Failback: 'perhaps' } },
    'Failback=perhaps: Failback is true or false',
  ],
  [
    { do: 'add-group', group: 'g3', nodelist: null, properties: { Desired_primaries: '2' } },
    'Desired_primaries=2: at most Maximum_primaries, which is 1',
  ],
  [
    {
      do: 'add-group',
      group: 'g3',
      nodelist: null,
      properties: { RG_mode: 'Failover', Maximum_primaries: '2' },
    },
    'Maximum_primaries=2: RG_mode of g3 is Failover, so it is 1',
  ],
  [
    { do: 'add-group', group: 'g3', nodelist: null, properties: { Nodelist: 'n1' } },
    'the Nodelist of a group is given with -h',
  ],
  [
    { do: 'change-group', group: 'g9', nodelist: null, properties: {} },
    'there is no resource group g9; there are g1, g2',
  ],
  [
    { do: 'change-group', group: 'g1', nodelist: ['n2', 'n3'], properties: {} },
    'n1 cannot leave the Nodelist of g1: the group is online there; switch it first',
  ],
  [
    { do: 'change-group', group: 'g1', nodelist: null, properties: { Maximum_primaries: '2' } },
    'Maximum_primaries=2: g1-host is of type SUNW.LogicalHostname, which may be in failover groups only',
  ],
  [
    { do: 'change-group', group: 'g1', nodelist: null, properties: { RG_mode: 'Scalable' } },
    'RG_mode of g1 is not tunable now: it can be set at creation only',
  ],
  [
    { do: 'remove-group', group: 'g1' },
    'resource group g1 is not empty: it has g1-host, g1-disk, g1-cal; scrgadm -r -j removes a resource',
  ],
  [{ do: 'remove-group', group: 'g9' }, 'there is no resource group g9; there are g1, g2'],
  [
    add({ type: 'SUNW.nfs:2' }),
    'resource type SUNW.nfs is not registered; scrgadm -a -t SUNW.nfs registers it',
  ],
  [add({ group: 'g9' }), 'there is no resource group g9; there are g1, g2'],
  [add({ resource: 'g2-cal' }), 'resource g2-cal exists already'],
  [add({ resource: '-r' }), '"-r" is no name for a resource: letters, digits, ".", "_" and "-" only'],
  [add({ given: standard({ Colour: 'red' }) }), 'SUNW.scics has no standard property Colour'],
  [
    add({ given: standard({ Resource_dependencies: 'g9-disk' }) }),
    'r cannot depend on g9-disk: there is no resource g9-disk',
  ],
  [add({ given: standard({ Resource_dependencies: 'r' }) }), 'that makes a circle of dependencies: r -> r'],
  [
    add({ given: standard({ Network_resources_used: 'g1-disk' }) }),
    'Network_resources_used of r names g1-disk, which is no address but SUNW.HAStoragePlus',
  ],
  [
    add({ type: 'SUNW.LogicalHostname' }),
    'HostnameList has no default in SUNW.LogicalHostname; give -x HostnameList=VALUE',
  ],
  [
    add({
      type: 'SUNW.LogicalHostname',
      given: { standard: {}, extension: { HostnameList: 'own,G2' } },
    }),
    'logical host g2 is taken: it is an address of g2-host, in g2',
  ],
  [
    add({ type: 'SUNW.HAStoragePlus:4', group: 'wide' }),
    'SUNW.HAStoragePlus may be in failover groups only, and Maximum_primaries of wide is 2',
    scalable,
  ],
  [{ do: 'change-resource', resource: 'r', given: none }, 'there is no resource r; there are g1-host, '],
  [
    {
      do: 'change-resource',
      resource: 'g1-disk',
      given: { standard: {}, extension: { FilesystemMountPoints: '/a' } },
    },
    'FilesystemMountPoints of g1-disk is not tunable now: disable g1-disk first (scswitch -n -j g1-disk)',
  ],
  [needs('g1-disk', 'g1-cal'), 'that makes a circle of dependencies: g1-disk -> g1-cal -> g1-disk'],
  [needs('g1-host', 'g1-cal'), 'that makes a circle of dependencies: g1-host -> g1-cal -> g1-host'],
  [
    needs('g1-disk', 'off'),
    'g1-disk cannot be enabled: it depends on off, disabled; scswitch -e -j off,g1-disk enables all',
    having(added(resource('off', 'SUNW.HAStoragePlus', 'g1', { enabled: false }))),
  ],
  [{ do: 'remove-resource', resource: 'r' }, 'there is no resource r; there are g1-host, '],
  [
    { do: 'remove-resource', resource: 'g1-cal' },
    'resource g1-cal is enabled; scswitch -n -j g1-cal disables it',
  ],
  [
    { do: 'remove-resource', resource: 'g1-disk' },
    'g1-cal depends on g1-disk; change its dependencies or remove it first',
    allDisabled,
  ],
  [
    { do: 'remove-resource', resource: 'g1-cal' },
    'g1-cal is still Online on n1; try again later',
    allDisabled,
  ],
  [
    { do: 'remove-resource', resource: 'g1-cal' },
    'g1-cal is Stop_failed on n1; scswitch -c -h n1 -j g1-cal -f STOP_FAILED clears it',
    { ...failed('g1-cal'), repository: allDisabled.repository },
  ],
  [
    { do: 'set-enabled', resources: ['g1-disk', 'r'], enabled: true },
    'there is no resource r; there are g1-host, ',
  ],
  [
    { do: 'set-enabled', resources: ['g1-disk'], enabled: false },
    'g1-disk cannot be disabled: g1-cal depends on it and is enabled; scswitch -n -j g1-cal disables it',
  ],
  [
    { do: 'set-enabled', resources: ['g1-host'], enabled: false },
    'g1-host cannot be disabled: g1-cal depends on it and is enabled; scswitch -n -j g1-cal disables it',
  ],
  [
    { do: 'set-enabled', resources: ['g1-cal'], enabled: true },
    'g1-cal cannot be enabled: it depends on g1-disk, g1-host, disabled; scswitch -e -j g1-disk,g1-host,g1-cal enables all',
    allDisabled,
  ],
  [{ do: 'set-monitored', resources: ['r'], monitored: true }, 'there is no resource r; there are g1-host, '],
  [{ do: 'set-managed', groups: ['g9'], managed: true }, 'there is no resource group g9; there are g1, g2'],
  [
    { do: 'set-managed', groups: ['g1'], managed: false },
    'resource group g1 has enabled resources: g1-host, g1-disk, g1-cal; scswitch -n -j g1-host,g1-disk,g1-cal disables them',
  ],
  [
    { do: 'set-managed', groups: ['g1'], managed: false },
    'resource group g1 is Error_stop_failed on n1; clear that first (scswitch -c)',
    { ...failed('g1-cal'), repository: allDisabled.repository },
  ],
  [{ do: 'bring-online', groups: ['g1', 'g9'] }, 'there is no resource group g9; there are g1, g2'],
  [{ do: 'switch', groups: ['g9'], node: 'n1' }, 'there is no resource group g9; there are g1, g2'],
  [
    { do: 'switch', groups: ['g1'], node: 'n1' },
    'resource group g1 is unmanaged; scswitch -Z -g g1 manages it and brings it online',
    unmanaged,
  ],
  [
    { do: 'switch', groups: ['g1'], node: 'n9' },
    'there is no node n9 in the cluster; its nodes are n1, n2, n3',
  ],
  [{ do: 'switch', groups: ['g1'], node: 'n3' }, 'n3 is not a member of the cluster; members are n1, n2'],
  [
    { do: 'switch', groups: ['g1'], node: 'n2' },
    'n2 is not in the Nodelist of g1: n1, n3',
    having(({ groups }) => ({ groups: groups.map((group) => ({ ...group, nodelist: ['n1', 'n3'] })) })),
  ],
  [{ do: 'take-offline', groups: ['g9'] }, 'there is no resource group g9; there are g1, g2'],
  [
    { do: 'take-offline', groups: ['g1'] },
    'resource group g1 is unmanaged; scswitch -Z -g g1 manages it and brings it online',
    unmanaged,
  ],
  [
    { do: 'restart', groups: ['g1'], nodes: ['n2'] },
    'n2 is not a current primary of g1: the group is Offline there',
  ],
  [{ do: 'restart', groups: ['g1'], nodes: ['n3'] }, 'n3 is not a member of the cluster; members are n1, n2'],
  [
    { do: 'restart', groups: ['g1'], nodes: ['n1'] },
    'n1 is not a current primary of g1: the group is Error_stop_failed there',
    failed('g1-cal'),
  ],
  [{ do: 'evacuate', node: 'n9' }, 'there is no node n9 in the cluster; its nodes are n1, n2, n3'],
  [{ do: 'evacuate', node: 'n3' }, 'n3 is not a member of the cluster; members are n1, n2'],
  [
    { do: 'clear-stop-failed', resources: ['g1-cal'], nodes: ['n1'] },
    'g1-cal is Online on n1, not Stop_failed',
  ],
  [
    { do: 'clear-stop-failed', resources: ['g1-cal'], nodes: ['n1', 'n2'] },
    'g1-cal is Offline on n2, not Stop_failed',
    failed('g1-cal'),
  ],
  [
    { do: 'clear-stop-failed', resources: ['r'], nodes: ['n1'] },
    'there is no resource r; there are g1-host, ',
  ],
  [{ do: 'quiesce', groups: ['g9'] }, 'there is no resource group g9; there are g1, g2'],
  [
    { do: 'switch-device-group', deviceGroups: ['seal'], node: 'n1' },
    'there is no device group seal; device groups: penguin, polar',
  ],
  [
    { do: 'switch-device-group', deviceGroups: ['polar'], node: 'n2' },
    'n2 is not wired to device group polar; these are: n1',
  ],
  [
    { do: 'switch-device-group', deviceGroups: ['penguin'], node: 'n9' },
    'there is no node n9 in the cluster; its nodes are n1, n2, n3',
  ],
  [
    { do: 'maintain-device-group', deviceGroups: ['seal'] },
    'there is no device group seal; device groups: penguin, polar',
  ],
];

describe('a change of the configuration', () => {
  for (const [change, message, before = state] of refused) {
    it(`${change.do} is refused: ${message}`, () => {
      const was = structuredClone([before.repository, before.placement]);
      const applied = applyChange(before, change);
      expect('refused' in applied ? applied.refused.slice(0, message.length) : applied).to.equal(message);
      expect([before.repository, before.placement]).to.deep.equal(was);
    });
  }
});
