import { type DrillFacts, ofKind, type Timeline } from '../timeline.ts';
import { type Checker, type Finding, inconclusive, refuted, upheld } from './checker.ts';
import { agentLines, CLUSTER_LOG, lastReading } from './files.ts';

/** Guide 6.10 shows these of a start; what else an agent says at level 9 is its own matter. */
const SHOWN = [/^Groupname \S+ exists\.$/, /^Username \S+ \S+$/, /^ICS_serverroot = \/\S+$/];

export const agentLog: Checker = {
  name: 'agent-log',
  question:
    'Does the agent, at log level 9, log on the node that it works on, in the form that the guide shows?',
  scope: 'promise',
  check(timeline, facts) {
    const levels = ofKind(timeline, 'command').filter(({ line }) => /echo 9 ?>.*\/loglevel/.test(line));
    if (levels.length === 0) return inconclusive('Nobody set the log level.');
    return ofNodes(timeline, facts);
  },
};

function ofNodes(timeline: Timeline, { nodes, services }: DrillFacts): Finding {
  const logs = nodes.map((node) => ({ node, read: lastReading(timeline, node, CLUSTER_LOG) }));
  const unread = logs.filter(({ read }) => read?.is !== 'file');
  if (unread.length > 0)
    return inconclusive(`There is no ${CLUSTER_LOG} on ${unread.map(({ node }) => node).join(', ')}.`);
  const debug = logs.map(({ node, read }) => ({
    node,
    lines: agentLines(read?.content ?? '').filter(({ severity }) => severity === 'debug'),
  }));
  const silent = debug.filter(({ lines }) => lines.length === 0).map(({ node }) => node);
  const backups = services.map(({ backup }) => backup);
  const started = debug.filter(({ node }) => backups.includes(node)).flatMap(({ lines }) => lines);
  const missing = SHOWN.filter((pattern) => !started.some(({ text }) => pattern.test(text)));
  const evidence = debug.flatMap(({ node, lines }) => [
    `${lines.length} debug lines of agents on ${node}.`,
    ...lines.slice(0, 1).map(({ whole }) => whole),
  ]);
  const wrong = [
    ...(silent.length > 0 ? [`No debug line of an agent on ${silent.join(', ')}.`] : []),
    ...missing.map((pattern) => `The start on ${backups.join(', ')} logged nothing like ${pattern.source}.`),
  ];
  return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
}
