/** What was done to a cluster in the course of a drill: faults as they took effect, operators' commands, boots. Pure. */
import { faultsOf } from './faults/verification.ts';
import { ofKind, type Timeline } from './timeline.ts';

export interface Occasion {
  /** In words, as "power-loss of Node1". */
  what: string;
  /** When it took its first effect, or was typed, in ms since the run began. */
  atMs: number;
}

export function occasionsOf(timeline: Timeline): Occasion[] {
  const faults = faultsOf(timeline).flatMap(({ name, target, appliedMs }) =>
    appliedMs === null ? [] : [{ what: `${name} of ${target}`, atMs: appliedMs }],
  );
  const commands = ofKind(timeline, 'command').flatMap(({ line, node, stage, atMs }) =>
    stage === 'begin' ? [{ what: `${line} on ${node}`, atMs }] : [],
  );
  const boots = ofKind(timeline, 'boot').map(({ nodes, atMs }) => ({
    what: `boot of ${nodes.join(', ')}`,
    atMs,
  }));
  return [...faults, ...commands, ...boots].toSorted((a, b) => a.atMs - b.atMs);
}

/** Until then everything was as it should be; null when nothing was ever done. */
export function firstOccasionMs(timeline: Timeline): number | null {
  return occasionsOf(timeline)[0]?.atMs ?? null;
}
