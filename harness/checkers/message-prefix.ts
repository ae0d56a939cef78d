import { type Checker, inconclusive, refuted, upheld } from './checker.ts';
import { agentLines, CLUSTER_LOG, lastReading } from './files.ts';

/** Resource type, group, resource and method, as guide 6.10 has it. */
const PREFIX = /^SC\[SUNW\.[A-Za-z]+,[^,\s\]]+,[^,\s\]]+,[a-z_]+\]$/;

export const messagePrefix: Checker = {
  name: 'message-prefix',
  question: 'Does every message of an agent begin with SC[type,group,resource,method]?',
  scope: 'promise',
  check(timeline, { nodes }) {
    const lines = nodes.flatMap((node) =>
      agentLines(lastReading(timeline, node, CLUSTER_LOG)?.content ?? ''),
    );
    if (lines.length === 0) return inconclusive('No message of an agent was found.');
    const bare = lines.filter(({ tag }) => !PREFIX.test(tag));
    const evidence = `${lines.length - bare.length} of ${lines.length} messages of agents have it.`;
    if (bare.length > 0) return refuted(...bare.slice(0, 3).map(({ whole }) => whole), evidence);
    return upheld(evidence, ...[...new Set(lines.map(({ tag }) => tag))].slice(0, 8));
  },
};
