/** Every form of the operator's commands, run against cores: what it changes, how it ends, what it says. */
import { expect } from 'chai';
import { asymmetric, type, typeAll } from '../../../../helpers/operator.ts';
import { difference, type Rehearsal } from '../../../../helpers/rehearsal.ts';

interface Row {
  line: string;
  /** Commands before it. */
  after?: string[];
  /** What else happens before it. */
  given?: (cluster: Rehearsal) => void;
  exit?: number;
  says?: RegExp | '';
  /** Methods that it must have run. */
  runs?: string[];
  /** All that is different afterwards, as the first node knows it; null: gone. Left out: nothing is. */
  changes?: Record<string, string | null>;
}

const HOST = 'HostnameList=LOG-HOST-RS';

const off = (node: string) => ({
  [`CAL-RG on ${node}`]: 'Offline',
  [`LOG-HOST-RS on ${node}`]: 'Offline',
  [`CAL-HASP-RS on ${node}`]: 'Offline',
  [`CAL-SVR-RS on ${node}`]: 'Offline',
});
const on = (node: string) => Object.fromEntries(Object.keys(off(node)).map((what) => [what, 'Online']));
const SERVER = 'SUNW.scics CAL-RG';
const SERVER_PROPERTIES = 'Resource_dependencies=CAL-HASP-RS,LOG-HOST-RS ICS_serverroot=/opt/SUNWics5/cal';
const OFFLINE = ['scswitch -F -g CAL-RG'];
const DISABLED = [...OFFLINE, 'scswitch -n -j CAL-SVR-RS,CAL-HASP-RS,LOG-HOST-RS'];

const stopFails = (cluster: Rehearsal) => {
  cluster.failing = (_, method, resource) =>
    method === 'STOP' && resource === 'CAL-SVR-RS' ? 'it hangs' : undefined;
};

/** As HAStoragePlus does when it mounts. */
const mastersPenguin = (cluster: Rehearsal) =>
  cluster.tell('Node1', { kind: 'mastered', deviceGroup: 'penguin', mastered: true, message: '' });

const rows: Row[] = [
  // scswitch -z
  { line: 'scswitch -z -g CAL-RG -h Node2', says: '', changes: { ...off('Node1'), ...on('Node2') } },
  { line: 'scswitch -z -g CAL-RG -h Node1', says: '' },
  { line: 'scswitch -z -g CAL-RG -h ""', says: '', changes: off('Node1') },
  { line: 'scswitch -z -g CAL-RG -h Node3', exit: 1, says: /Node3/ },
  { line: 'scswitch -z -g NO-RG -h Node2', exit: 1, says: /no resource group NO-RG/ },
  { line: 'scswitch -z -g CAL-RG', exit: 1, says: /needs -h NODE/ },
  { line: 'scswitch -z -h Node2', exit: 1, says: /needs -g GROUP/ },
  { line: 'scswitch -z -g CAL-RG -h Node1,Node2', exit: 1, says: /takes one node here/ },
  // -Z
  { line: 'scswitch -Z -g CAL-RG', after: OFFLINE, says: '', changes: on('Node1') },
  { line: 'scswitch -Z', after: DISABLED, says: '', changes: { ...on('Node1'), ...flags('enabled') } },
  { line: 'scswitch -Z -g NO-RG', exit: 1, says: /no resource group NO-RG/ },
  // -F
  { line: 'scswitch -F -g CAL-RG', says: '', changes: off('Node1') },
  { line: 'scswitch -F', exit: 1, says: /needs -g GROUP/ },
  // -e, -n
  {
    line: 'scswitch -n -j CAL-SVR-RS',
    says: '',
    changes: { ...server('disabled'), 'CAL-SVR-RS on Node1': 'Offline' },
  },
  {
    line: 'scswitch -e -j CAL-SVR-RS',
    after: ['scswitch -n -j CAL-SVR-RS'],
    says: '',
    changes: { ...server('enabled'), 'CAL-SVR-RS on Node1': 'Online' },
  },
  { line: 'scswitch -e -j CAL-SVR-RS', says: '' },
  { line: 'scswitch -n -j LOG-HOST-RS', exit: 1, says: /CAL-SVR-RS depends on it and is enabled/ },
  { line: 'scswitch -n -j CAL-HASP-RS', exit: 1, says: /CAL-SVR-RS depends on it and is enabled/ },
  { line: 'scswitch -e -j NO-RS', exit: 1, says: /no resource NO-RS/ },
  {
    line: 'scswitch -n -M -j CAL-SVR-RS',
    says: '',
    changes: {
      'resource CAL-SVR-RS': `${SERVER} enabled unmonitored ${SERVER_PROPERTIES}`,
      'CAL-SVR-RS on Node1': 'Online_not_monitored',
    },
  },
  {
    line: 'scswitch -e -M -j CAL-SVR-RS',
    after: ['scswitch -n -M -j CAL-SVR-RS'],
    says: '',
    changes: { ...server('enabled'), 'CAL-SVR-RS on Node1': 'Online' },
  },
  // -R
  {
    line: 'scswitch -R -h Node1 -g CAL-RG',
    says: '',
    runs: ['MONITOR_STOP', 'STOP', 'START', 'MONITOR_START'].map((method) => `Node1 ${method} CAL-SVR-RS`),
  },
  { line: 'scswitch -R -h Node2 -g CAL-RG', exit: 1, says: /Node2 is not a current primary of CAL-RG/ },
  { line: 'scswitch -R -g CAL-RG', exit: 1, says: /needs -h NODE/ },
  // -S
  { line: 'scswitch -S -h Node1', says: '', changes: { ...off('Node1'), ...on('Node2') } },
  { line: 'scswitch -S -h Node2', says: '' },
  { line: 'scswitch -S -h Node9', exit: 1, says: /Node9/ },
  // -u, -o
  { line: 'scswitch -u -g CAL-RG', exit: 1, says: /enabled/ },
  {
    line: 'scswitch -u -g CAL-RG',
    after: DISABLED,
    says: '',
    changes: {
      'group CAL-RG': 'unmanaged Node1,Node2',
      'CAL-RG on Node1': 'Unmanaged',
      'CAL-RG on Node2': 'Unmanaged',
    },
  },
  {
    line: 'scswitch -o -g CAL-RG',
    after: [...DISABLED, 'scswitch -u -g CAL-RG'],
    says: '',
    changes: {
      'group CAL-RG': 'managed Node1,Node2',
      'CAL-RG on Node1': 'Offline',
      'CAL-RG on Node2': 'Offline',
    },
  },
  { line: 'scswitch -o -g CAL-RG', says: '' },
  {
    line: 'scswitch -z -g CAL-RG -h Node1',
    after: [...DISABLED, 'scswitch -u -g CAL-RG'],
    exit: 1,
    says: /unmanaged/,
  },
  // -c
  {
    line: 'scswitch -c -h Node1 -j CAL-SVR-RS -f STOP_FAILED',
    given: (cluster) => {
      stopFails(cluster);
      type(cluster, 'scswitch -n -j CAL-SVR-RS');
    },
    says: '',
    changes: { 'CAL-RG on Node1': 'Online', 'CAL-SVR-RS on Node1': 'Offline' },
  },
  {
    line: 'scswitch -c -h Node1 -j CAL-SVR-RS -f STOP_FAILED',
    exit: 1,
    says: /CAL-SVR-RS is Online on Node1, not Stop_failed/,
  },
  { line: 'scswitch -c -h Node1 -j CAL-SVR-RS -f START_FAILED', exit: 1, says: /it takes STOP_FAILED/ },
  {
    line: 'scswitch -n -j CAL-SVR-RS',
    given: stopFails,
    exit: 1,
    says: /CAL-SVR-RS is Stop_failed on Node1: it hangs/,
    changes: {
      ...server('disabled'),
      'CAL-RG on Node1': 'Error_stop_failed',
      'CAL-SVR-RS on Node1': 'Stop_failed',
    },
  },
  // -Q, -m, -z -D
  { line: 'scswitch -Q', says: '' },
  { line: 'scswitch -Q -g CAL-RG', says: '' },
  { line: 'scswitch -Q -g NO-RG', exit: 1, says: /no resource group NO-RG/ },
  {
    line: 'scswitch -z -D penguin -h Node2',
    says: '',
    changes: { 'device group penguin on Node2': 'mastered' },
  },
  {
    line: 'scswitch -z -D penguin -h Node1',
    after: ['scswitch -z -D penguin -h Node2'],
    says: '',
    changes: { 'device group penguin on Node1': 'mastered', 'device group penguin on Node2': null },
  },
  {
    line: 'scswitch -S -h Node2',
    after: ['scswitch -z -D penguin -h Node2'],
    says: '',
    changes: { 'device group penguin on Node1': 'mastered', 'device group penguin on Node2': null },
  },
  { line: 'scswitch -z -D walrus -h Node2', exit: 1, says: /no device group walrus; device groups: penguin/ },
  {
    line: 'scswitch -z -D penguin -h Node2',
    given: mastersPenguin,
    exit: 1,
    says: /penguin is in use by a file system on Node1; switch its resource group instead/,
  },
  {
    // Nothing but global file systems on it is left: they are there wherever it goes.
    line: 'scswitch -z -D penguin -h Node2',
    given: mastersPenguin,
    after: ['scswitch -F -g CAL-RG'],
    says: '',
    changes: { 'device group penguin on Node1': null, 'device group penguin on Node2': 'mastered' },
  },
  {
    line: 'scswitch -m -D penguin',
    given: mastersPenguin,
    exit: 1,
    says: /in use by a file system on Node1/,
  },
  { line: 'scswitch -m -D penguin', says: '', changes: { 'device group penguin': 'maintenance' } },
  {
    line: 'scswitch -m -D penguin',
    after: ['scswitch -z -D penguin -h Node2'],
    says: '',
    changes: { 'device group penguin': 'maintenance', 'device group penguin on Node2': null },
  },
  {
    line: 'scswitch -z -D penguin -h Node1',
    after: ['scswitch -m -D penguin'],
    says: '',
    changes: { 'device group penguin': null, 'device group penguin on Node1': 'mastered' },
  },
  {
    line: 'scswitch -m -D penguin',
    after: ['scswitch -m -D penguin'],
    exit: 1,
    says: /in maintenance already/,
  },
  // scrgadm
  { line: 'scrgadm -a -t SUNW.gds', says: '', changes: { 'type SUNW.gds': 'registered' } },
  { line: 'scrgadm -a -t SUNW.scics', exit: 1, says: /registered already/ },
  {
    line: 'scrgadm -a -g MORE-RG',
    says: '',
    changes: {
      'group MORE-RG': 'unmanaged Node1,Node2',
      'MORE-RG on Node1': 'Unmanaged',
      'MORE-RG on Node2': 'Unmanaged',
    },
  },
  {
    line: 'scrgadm -a -g MORE-RG -h Node2,Node1 -y Failback=true',
    says: '',
    changes: {
      'group MORE-RG': 'unmanaged Node2,Node1 Failback=true',
      'MORE-RG on Node1': 'Unmanaged',
      'MORE-RG on Node2': 'Unmanaged',
    },
  },
  { line: 'scrgadm -a -g MORE-RG -h node1,node2', exit: 1, says: /node1/ },
  { line: 'scrgadm -a -g CAL-RG -h Node1,Node2', exit: 1, says: /CAL-RG exists already/ },
  {
    line: 'scrgadm -a -L -g CAL-RG -l more-host',
    says: '',
    changes: {
      'resource more-host': 'SUNW.LogicalHostname CAL-RG enabled HostnameList=more-host',
      'more-host on Node1': 'Online',
      'more-host on Node2': 'Offline',
    },
  },
  {
    line: 'scrgadm -a -L -g CAL-RG -j MORE-RS -l log-host-rs',
    exit: 1,
    says: /LOG-HOST-RS is taken: it is an address of LOG-HOST-RS, in CAL-RG/,
  },
  { line: 'scrgadm -a -L -g NO-RG -l more-host', exit: 1, says: /no resource group NO-RG/ },
  { line: 'scrgadm -a -j CAL-SVR-RS -g CAL-RG -t SUNW.scics', exit: 1, says: /CAL-SVR-RS exists already/ },
  {
    line: 'scrgadm -a -j NEW-RS -g CAL-RG -t SUNW.gds',
    exit: 1,
    says: /SUNW.gds is not registered; scrgadm -a -t SUNW.gds registers it/,
  },
  {
    line: 'scrgadm -a -j NEW-RS -g CAL-RG -t SUNW.scics -y Resource_dependencies=NO-RS -x ICS_serverroot=/x',
    exit: 1,
    says: /no resource NO-RS/,
  },
  { line: 'scrgadm -a -j NEW-RS -g CAL-RG -t SUNW.scics', exit: 1, says: /ICS_serverroot/ },
  { line: 'scrgadm -a -j NEW-RS -g CAL-RG -t SUNW.scics -y ICS_serverroot=/x', exit: 1, says: /-x/ },
  {
    line: 'scrgadm -a -j NEW-RS -g CAL-RG -t SUNW.scics -x Nonsense=1 -x ICS_serverroot=/x',
    exit: 1,
    says: /Nonsense/,
  },
  {
    line: 'scrgadm -a -j NEW-RS -g CAL-RG -t SUNW.scics -x ICS_serverroot=/x',
    says: '',
    changes: {
      'resource NEW-RS': 'SUNW.scics CAL-RG disabled ICS_serverroot=/x',
      'NEW-RS on Node1': 'Offline',
      'NEW-RS on Node2': 'Offline',
    },
  },
  {
    line: 'scrgadm -a -j NEW-RS -g CAL-RG -t SUNW.scics -x ICS_serverroot=/x',
    given: (cluster) => {
      cluster.failing = (node, method) =>
        node === 'Node2' && method === 'VALIDATE' ? 'no /x here' : undefined;
    },
    exit: 1,
    says: /Node2.*no \/x here/,
  },
  {
    line: 'scrgadm -c -j CAL-SVR-RS -y Retry_count=5',
    says: '',
    changes: { 'resource CAL-SVR-RS': `${SERVER} enabled ${SERVER_PROPERTIES} Retry_count=5` },
  },
  { line: 'scrgadm -c -j CAL-SVR-RS -x ICS_serverroot=/y', exit: 1, says: /ICS_serverroot/ },
  { line: 'scrgadm -c -j CAL-SVR-RS -y Retry_count=many', exit: 1, says: /many/ },
  {
    line: 'scrgadm -c -j CAL-HASP-RS -y Resource_dependencies=CAL-SVR-RS',
    exit: 1,
    says: /circle of dependencies/,
  },
  {
    line: 'scrgadm -c -g CAL-RG -y Failback=true',
    says: '',
    changes: { 'group CAL-RG': 'managed Node1,Node2 Failback=true' },
  },
  { line: 'scrgadm -c -g CAL-RG -h Node2', exit: 1, says: /Node1 cannot leave the Nodelist/ },
  { line: 'scrgadm -c -g CAL-RG -y Failback=perhaps', exit: 1, says: /perhaps/ },
  {
    line: 'scrgadm -r -j CAL-SVR-RS',
    exit: 1,
    says: /CAL-SVR-RS is enabled; scswitch -n -j CAL-SVR-RS disables it/,
  },
  {
    line: 'scrgadm -r -j CAL-SVR-RS',
    after: ['scswitch -n -j CAL-SVR-RS'],
    says: '',
    changes: { 'resource CAL-SVR-RS': null, 'CAL-SVR-RS on Node1': null, 'CAL-SVR-RS on Node2': null },
  },
  { line: 'scrgadm -r -g CAL-RG', exit: 1, says: /CAL-RG is not empty: it has .*CAL-SVR-RS/ },
  { line: 'scrgadm -r -t SUNW.scics', exit: 1, says: /SUNW.scics is in use by CAL-SVR-RS/ },
  { line: 'scrgadm -r -t SUNW.HAStorage', exit: 1, says: /SUNW.HAStorage is not registered/ },
  // what the commands do not have
  { line: 'scrgadm -e -j CAL-SVR-RS', exit: 1, says: /scswitch -e -j RESOURCE/ },
  { line: 'scrgadm -R -j CAL-SVR-RS', exit: 1, says: /scswitch -R -h NODE -g GROUP/ },
];

function server(flag: string): Record<string, string> {
  return { 'resource CAL-SVR-RS': `${SERVER} ${flag} ${SERVER_PROPERTIES}` };
}

function flags(flag: string): Record<string, string> {
  return {
    ...server(flag),
    'resource CAL-HASP-RS': `SUNW.HAStoragePlus CAL-RG ${flag} FilesystemMountPoints=/cal`,
    'resource LOG-HOST-RS': `SUNW.LogicalHostname CAL-RG ${flag} ${HOST} R_description=LogicalHostname resource for LOG-HOST-RS`,
  };
}

describe('every form of scswitch and scrgadm, on a running cluster', () => {
  for (const { line, after = [], given, exit = 0, says = '', runs = [], changes = {} } of rows) {
    const when = after.length > 0 ? ` (after ${after.at(-1)})` : given ? ' (in trouble)' : '';
    it(`${line}${when} → ${exit}`, () => {
      const cluster = asymmetric();
      typeAll(cluster, after);
      given?.(cluster);
      const before = cluster.picture();
      cluster.ran.length = 0;
      const outcome = type(cluster, line, 'Node2');
      if (says === '') expect(outcome).to.deep.equal({ exit, message: '' });
      else expect(outcome.message).to.match(says);
      expect(outcome.exit).to.equal(exit);
      expect(outcome.message).to.not.include('\n');
      expect(cluster.ran).to.include.members(runs);
      expect(difference(before, cluster.picture())).to.deep.equal(changes);
    });
  }
});
