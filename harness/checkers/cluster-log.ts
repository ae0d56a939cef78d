import { type Checker, inconclusive, refuted, upheld } from './checker.ts';
import { commandsOf } from './commands.ts';
import { CLUSTER_LOG, logLines, readingsOf } from './files.ts';

/** Guide 6.10: one line in syslog.conf and a HUP. */
export const clusterLog: Checker = {
  name: 'cluster-log',
  question:
    'Do messages gather in /var/adm/clusterlog once syslog.conf says so and syslogd got its HUP, and not before?',
  scope: 'promise',
  check(timeline, { nodes }) {
    const edits = commandsOf(timeline, /daemon\.debug\\t\/var\/adm\/clusterlog.*pkill -HUP syslogd/);
    const edited = nodes.filter((node) => edits.some((one) => one.node === node && one.exit === 0));
    if (edited.length === 0) return inconclusive('Nobody changed syslog.conf.');
    const wrong: string[] = [];
    const evidence: string[] = [];
    for (const node of edited) {
      const at = edits.find((one) => one.node === node)?.beginMs ?? 0;
      const readings = readingsOf(timeline, node, CLUSTER_LOG);
      const before = readings.findLast(({ atMs }) => atMs <= at);
      const after = readings.at(-1);
      const lines = logLines(after?.content ?? '');
      if (before === undefined || after === undefined || after === before)
        return inconclusive(`Nobody looked at ${CLUSTER_LOG} of ${node} before and after.`);
      if (before.is !== 'nothing') wrong.push(`${node} had a ${CLUSTER_LOG} before.`);
      if (lines.length === 0) wrong.push(`${CLUSTER_LOG} of ${node} has no message in it.`);
      evidence.push(`${node}: ${before.is} before, ${lines.length} messages after.`);
    }
    return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
  },
};
