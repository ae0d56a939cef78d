/** The checkers of guide 6.6.3, 6.7 and 6.11: installation, configurator, and what must be refused. */
import type { TimelineEvent } from '../../harness/timeline.ts';
import { commanded, here, read, typed } from '../helpers/commanded.ts';
import { checks } from '../helpers/verdicts.ts';

const BASE = '/opt/SUNWics5/cal';
const ALL = ['share', 'tools', 'lib', 'sbin', 'csapi', 'html'];
const layout = (names: string[]) =>
  commanded(read('Node1', BASE, 1000, { names: ALL }), read('Node2', BASE, 1000, { names }));
checks('installed-layout', {
  upheld: layout([...ALL, 'config']),
  refuted: { 'a node lacks a folder': layout(ALL.slice(1)) },
  inconclusive: { 'one node was not looked at': commanded(read('Node1', BASE, 1000, { names: ALL })) },
});

const LOG = '/var/sadm/install/logs/Sun_Java_System_Calendar_Server_install.B12141351';
const output = (result = 'PASSED', status = ' : status = 0', last = 'All Tasks Passed.') =>
  `Loading Default Properties...\n\nChecking disk space...\n\nStarting Task Sequence\n===== now =====\nRunning /bin/true a\n\nSequence Completed\n\n${result}: /bin/true a${status}\n\n${last} Please check install log ${LOG} for further details.\n`;
const panels = (said: string, exit = 0) =>
  typed('Node1', `printf x | ${BASE}/sbin/csconfigurator.sh`, 2000, exit, said);
const written = read('Node1', LOG, 3000, { content: 'Running /bin/true a' });

checks('all-tasks-passed', {
  upheld: commanded(panels(output())),
  refuted: {
    'a task fails': commanded(panels(output('FAILED', ' : status = 1', 'Not all tasks passed.'), 1)),
    'it does not say so': commanded(panels(output('PASSED', ' : status = 0', 'Done.'))),
  },
});
checks('configurator-output', {
  upheld: commanded(panels(output())),
  refuted: {
    'a task has no status': commanded(panels(output('PASSED', ''))),
    'there is no summary': commanded(panels(output().replace(/^PASSED.*$/m, ''))),
    'the last line is missing': commanded(panels(output().replace(/^All.*$/m, ''))),
  },
  inconclusive: { 'it ran no task': commanded(panels('csconfigurator.sh: no\n', 1)) },
});
checks('install-log', {
  upheld: commanded(panels(output()), written),
  refuted: {
    'it is not there': commanded(panels(output()), read('Node1', LOG, 3000)),
    'it lacks a task': commanded(panels(output()), read('Node1', LOG, 3000, { content: 'nothing' })),
    'none is named': commanded(panels(output().replace(/ Please.*$/m, ''))),
  },
  inconclusive: { 'nobody looked': commanded(panels(output())) },
});

const folders = ['csdb', 'csdb/archive', 'csdb/hotbackup', 'store', 'logs', 'tmp'].map(
  (name) => `/cal/${name}`,
);
const NAMES = [
  'caldb.berkeleydb.homedir.path',
  'caldb.berkeleydb.archive.path',
  'caldb.berkeleydb.hotbackup.path',
  'store.partition.primary.path',
  'logfile.logdir',
  'local.tmpdir',
];
const shared = (changes: { logs?: string; real?: string; conf?: string }) =>
  commanded(
    here('Node1', 500),
    read('Node1', `${BASE}/config/ics.conf`, 2000, {
      content: NAMES.map(
        (name, index) =>
          `${name} = "${name === 'logfile.logdir' ? (changes.logs ?? '/cal/logs') : folders[index]}"`,
      ).join('\n'),
      real: changes.conf ?? '/cal/config/ics.conf',
    }),
    folders.map((path) => read('Node1', path, 2100, { names: [], real: changes.real ?? path })),
  );
checks('directories-shared', {
  upheld: shared({}),
  refuted: {
    'one is elsewhere': shared({ logs: '/var/log' }),
    'a link leads elsewhere': shared({ real: '/var/store' }),
    'ics.conf itself is on the node': shared({ conf: '/etc/opt/SUNWics5/config/ics.conf' }),
  },
  inconclusive: { 'nobody read ics.conf': commanded(here('Node1', 500)) },
});

const conf = (node: string, atMs: number, content: string) =>
  read(node, '/cal/config/ics.conf', atMs, { content });
const replay = typed(
  'Node2',
  `${BASE}/sbin/csconfigurator.sh -nodisplay -noconsole -novalidate`,
  4000,
  0,
  output(),
);
checks('state-file', {
  upheld: commanded(conf('Node1', 3000, 'a'), replay, conf('Node2', 5000, 'a')),
  refuted: {
    'the configuration differs': commanded(conf('Node1', 3000, 'a'), replay, conf('Node2', 5000, 'b')),
  },
  inconclusive: { 'nobody read it afterwards': commanded(conf('Node1', 3000, 'a'), replay) },
});

const trial = (atMs: number, exit: number, said = '') =>
  typed(
    'Node1',
    'scrgadm -a -j T -g CAL-RG -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=/cal',
    atMs,
    exit,
    said,
  );
const vfstab = (exit: number, said: string, allowed = 0) =>
  commanded(
    typed('Node2', "sed -i 's/logging$/noatime/' /etc/vfstab", 1000),
    trial(2000, exit, said),
    typed('Node2', 'cp -p /etc/vfstab.kept /etc/vfstab', 3000),
    trial(4000, allowed),
  );
checks('vfstab-checked', {
  upheld: vfstab(1, 'scrgadm: the line of /cal in /etc/vfstab differs'),
  refuted: { 'it is accepted': vfstab(0, ''), 'it is refused without the line': vfstab(1, 'scrgadm: no') },
  inconclusive: { 'one in order is refused too': vfstab(1, 'the line of /cal in /etc/vfstab differs', 1) },
});

const install = (node: string, atMs: number) => typed(node, 'commsinstall --root /opt/x', atMs);
const server = (atMs: number, exit: number, said = '') =>
  typed(
    'Node1',
    'scrgadm -a -j T -g CAL-RG -t SUNW.scics -x ICS_serverroot=/opt/x/SUNWics5/cal',
    atMs,
    exit,
    said,
  );
const root = (exit: number, said: string) =>
  commanded(install('Node1', 1000), server(2000, exit, said), install('Node2', 3000), server(4000, 0));
checks('install-root-checked', {
  upheld: root(1, 'ICS_serverroot must be the same installation on all nodes'),
  refuted: { 'it is accepted': root(0, '') },
  inconclusive: { 'it was never right': commanded(install('Node1', 1000), server(2000, 1, 'no')) },
});

const name = (host: string, atMs: number) =>
  typed('Node1', `echo 'service.http.calendarhostname="${host}"' >> /cal/config/ics.conf`, atMs);
const started = (exit: number, said: string, ...right: TimelineEvent[][]) =>
  commanded(name('short', 1000), typed('Node1', `${BASE}/sbin/start-cal`, 2000, exit, said), ...right);
const inOrder = [name('long.example.com', 3000), typed('Node1', 'scswitch -e -j CAL-SVR-RS', 4000)];
checks('full-host-name-checked', {
  upheld: started(1, 'which is not a fully qualified host name', ...inOrder),
  refuted: {
    'it starts': started(0, '', ...inOrder),
    'it says something else': started(1, 'no', ...inOrder),
  },
  inconclusive: { 'it was never right': started(1, 'which is not a fully qualified host name') },
});

checks('vfstab-checked', {
  upheld: vfstab(1, 'scrgadm: the line of /cal in /etc/vfstab differs'),
  refuted: { 'it is accepted, and its name is in use for the right one': vfstab(0, '', 1) },
});
checks('configurator-output', {
  upheld: commanded(
    panels(
      output('FAILED', ' : status = 1', 'Not all tasks passed.').replace(
        'Completed',
        'Stopped: 0 tasks were not run',
      ),
      1,
    ),
  ),
  refuted: {
    'it says nothing of the sequence': commanded(panels(output().replace('Sequence Completed', ''))),
  },
});
