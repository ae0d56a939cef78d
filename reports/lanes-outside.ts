/** Lanes of what is outside of the nodes: whose answers clients got, and networks that were cut. */
import { operationsOf } from '../harness/outage.ts';
import { ofKind, type Timeline } from '../harness/timeline.ts';
import { endMs } from '../harness/witnessed.ts';
import type { Lane } from './model.ts';

type Span = Lane['spans'][number];

/** Whose answers the clients got: from the first success of one node to the last before another's. */
export function servedSpans(timeline: Timeline, service: string): Span[] {
  const spans: (Span & { node: string })[] = [];
  for (const { node, outcome, atMs } of operationsOf(timeline, { name: service }, 'write', 'read')) {
    if (outcome !== 'ok' || node === '') continue;
    const last = spans.at(-1);
    if (last?.node === node) last.untilMs = Math.max(last.untilMs, atMs);
    else spans.push({ node, label: `answers from ${node}`, style: 'served', fromMs: atMs, untilMs: atMs });
  }
  return spans.map(({ node: _, ...span }) => span);
}

/** What a fault of this name cuts; a network that nothing cut would be a lane that tells nothing. */
const NETWORKS: [string, readonly string[]][] = [
  ['public network', ['public-network-loss', 'client-network-loss']],
  ['interconnect', ['interconnect-loss', 'one-way-cut', 'split-brain']],
];

export function networkLanes(timeline: Timeline): Lane[] {
  const faults = ofKind(timeline, 'fault');
  return NETWORKS.flatMap(([name, cutting]): Lane[] => {
    const cuts = faults.filter(({ fault, stage }) => stage === 'applied' && cutting.includes(fault));
    const spans = cuts.map(({ fault, target, atMs: fromMs }): Span => {
      const undone = faults.find(
        (one) => one.stage === 'undone' && one.fault === fault && one.target === target && one.atMs >= fromMs,
      );
      return {
        label: `${fault}: ${target}`,
        style: 'outage',
        fromMs,
        untilMs: undone?.atMs ?? endMs(timeline),
      };
    });
    return spans.length > 0 ? [{ name, kind: 'network', spans, marks: [] }] : [];
  });
}
