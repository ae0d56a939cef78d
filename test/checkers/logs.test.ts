/** The checkers of guide 6.10: what nodes have in their logs. */
import { commanded, read, typed } from '../helpers/commanded.ts';
import { checks } from '../helpers/verdicts.ts';

const LOG = '/var/adm/clusterlog';
const level = ['Node1', 'Node2'].flatMap((node) =>
  typed(node, 'echo 9 >/var/cluster/rgm/rt/SUNW.scics/loglevel', 1000),
);
const hup = ['Node1', 'Node2'].flatMap((node) =>
  typed(node, `printf 'daemon.debug\\t${LOG}\\n' >>/etc/syslog.conf && pkill -HUP syslogd`, 2000),
);
const nothing = ['Node1', 'Node2'].map((node) => read(node, LOG, 500));
const line = (host: string, tag: string, text: string) =>
  `Dec 11 18:24:46 ${host} ${tag}: [ID 831728 daemon.debug] ${text}`;
const tag = (method: string) => `SC[SUNW.scics,CAL-RG,CAL-SVR-RS,${method}]`;
const STARTED = [
  'Groupname icsgroup exists.',
  'Username icsuser icsgroup',
  'ICS_serverroot = /opt/SUNWics5/cal',
];
const stop = line('Node1', tag('ics_svc_stop'), 'Stopping the data service');
const start = STARTED.map((text) => line('Node2', tag('ics_svc_start'), text));

const logs = (first: string[], second: string[], real = LOG) =>
  commanded(
    nothing,
    level,
    hup,
    read('Node1', LOG, 5000, { content: first.join('\n'), real }),
    read('Node2', LOG, 5000, { content: second.join('\n'), real }),
  );
const good = logs([stop], start);
const rgm = (host: string) => line(host, 'Cluster.RGM.rgmd', 'launching method');
const unread = { 'nobody read a log': commanded(nothing, level, hup) };

checks('agent-log', {
  upheld: good,
  refuted: {
    'the agent says nothing': logs([rgm('Node1')], [rgm('Node2')]),
    'it says something else at a start': logs([stop], [stop]),
    'the lines have another form': logs([stop], STARTED),
  },
  inconclusive: unread,
});

checks('per-node-log', {
  upheld: good,
  refuted: {
    'a line is of the other node': logs([stop, ...start], start),
    'it is on the shared disk': logs([stop], start, '/cal/logs/clusterlog'),
  },
  inconclusive: unread,
});

checks('message-prefix', {
  upheld: logs([stop, rgm('Node1')], start),
  refuted: {
    'one message has no prefix': logs([stop, line('Node1', 'ics_svc_stop', 'Stopping')], start),
    'the prefix lacks the method': logs(
      [line('Node1', 'SC[SUNW.scics,CAL-RG,CAL-SVR-RS]', 'Stopping')],
      start,
    ),
  },
  inconclusive: { 'no agent said anything': logs([rgm('Node1')], [rgm('Node2')]) },
});

checks('cluster-log', {
  upheld: good,
  refuted: {
    'it stays away': logs([], []),
    'it was there before': commanded(
      ['Node1', 'Node2'].map((node) => read(node, LOG, 500, { content: stop })),
      hup,
      ['Node1', 'Node2'].map((node) => read(node, LOG, 5000, { content: stop })),
    ),
  },
  inconclusive: unread,
});
