import { mergeVerdicts } from '../guide/verdicts.ts';
import { compareLatencies, comparisonInWords, cpuIn, hostsIn, type Window, windowsOf } from '../measured.ts';
import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { ms } from '../wording.ts';
import { type Checker, type Finding, inconclusive, refuted, upheld } from './checker.ts';

/** Latencies of one and the same server differ by as much from one window to the next. */
const NOISE = 1.25;

/** Guide 6.1.2 and 6.1.3: a node that runs more instances serves each more slowly. */
export const contention: Checker = {
  name: 'contention',
  question: 'Were clients served more slowly by a node that ran more instances?',
  scope: 'promise',
  check(timeline: Timeline, facts: DrillFacts) {
    const pairs = facts.services.flatMap((service) => pairOf(timeline, facts, service));
    if (pairs.length === 0)
      return inconclusive(
        'No service was measured both on a node of its own and on one with more instances.',
      );
    const findings = pairs.map((pair) => ofPair(timeline, facts, pair));
    return {
      verdict: mergeVerdicts(findings.map(({ verdict }) => verdict)),
      evidence: findings.flatMap(({ evidence }) => evidence),
    };
  },
};

/** A service with a window in which it was alone on its node, and a later one with the most others on it. */
interface Pair {
  service: ServiceFacts;
  nodes: [string, string];
  instances: number;
  windows: [Window, Window];
}

function pairOf(timeline: Timeline, facts: DrillFacts, service: ServiceFacts): Pair[] {
  const seen = windowsOf(timeline).flatMap((window) => {
    const hosts = hostsIn(timeline, facts, window);
    const node = hosts.get(service.name);
    if (node === undefined) return [];
    return [{ window, node, instances: [...hosts.values()].filter((one) => one === node).length }];
  });
  const alone = seen.find(({ instances }) => instances === 1);
  const fullest = seen
    .filter(({ window, instances }) => alone && window.fromMs > alone.window.fromMs && instances > 1)
    .toSorted((a, b) => b.instances - a.instances)[0];
  if (alone === undefined || fullest === undefined) return [];
  return [
    {
      service,
      nodes: [alone.node, fullest.node],
      instances: fullest.instances,
      windows: [alone.window, fullest.window],
    },
  ];
}

function ofPair(timeline: Timeline, facts: DrillFacts, pair: Pair): Finding {
  const { service, nodes, windows, instances } = pair;
  const compared = compareLatencies(timeline, facts, service, windows, NOISE);
  const words = comparisonInWords(timeline, service, windows, compared);
  const cpu = windows.map((window, index) => {
    const node = nodes[index] ?? '';
    const used = cpuIn(timeline, node, window);
    return `${node} ${used === null ? 'not measured' : `${ms(used)} in ${ms(window.untilMs - window.fromMs)}`}`;
  });
  const line = `${service.name}, alone on ${nodes[0]}, then one of ${instances} on ${nodes[1]}: ${words}; CPU time: ${cpu.join(', ')}.`;
  if (compared.verdict === 'too few') return inconclusive(`${line} Too few to tell.`);
  if (compared.verdict === 'missed') return upheld(line);
  if (compared.verdict === 'met') return refuted(line);
  return inconclusive(`${line} Not decided whether that is more than ${NOISE} times.`);
}
