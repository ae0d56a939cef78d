import { type Checker, inconclusive, refuted, upheld } from './checker.ts';
import { CLUSTER_LOG, lastReading, logLines } from './files.ts';

/** Guide 6.10: /var/adm is on each node's root disk and cannot be shared. */
export const perNodeLog: Checker = {
  name: 'per-node-log',
  question: "Is each node's log on its own disk, with lines of that node and no other?",
  scope: 'promise',
  check(timeline, { nodes, services }) {
    const logs = nodes.flatMap((node) => {
      const read = lastReading(timeline, node, CLUSTER_LOG);
      return read?.is === 'file' ? [{ ...read, lines: logLines(read.content) }] : [];
    });
    if (logs.length === 0 || logs.length < nodes.length || logs.some(({ lines }) => lines.length === 0))
      return inconclusive(`Not every node has a ${CLUSTER_LOG} with something in it.`);
    const evidence = logs.map(({ node, real, lines }) => `${real} of ${node}: ${lines.length} lines.`);
    const wrong = logs.flatMap(({ node, real, lines }) => {
      const foreign = lines.filter(({ host }) => host !== node);
      const shared = services.filter(({ mountPoint }) => real.startsWith(`${mountPoint}/`));
      return [
        ...(foreign.length > 0
          ? [
              `The log of ${node} has ${foreign.length} lines of ${[...new Set(foreign.map(({ host }) => host))].join(', ')}.`,
            ]
          : []),
        ...(shared.length > 0 ? [`The log of ${node} is on the shared disk: ${real}.`] : []),
      ];
    });
    const [first] = logs;
    if (logs.length > 1 && logs.every(({ digest }) => digest === first?.digest))
      wrong.push('The logs of all nodes are the same.');
    return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
  },
};
