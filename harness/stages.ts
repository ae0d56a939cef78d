/** Where a drill's time went: from being built to being swept away. Pure. */
import type { DrillResult } from '../reports/model.ts';
import { type DrillFacts, ofKind, type Timeline } from './timeline.ts';

/** From one word of what begins to the next, those of one name together, in the order in which they first came. */
export function stagesOf(timeline: Timeline, facts: DrillFacts): NonNullable<DrillResult['stages']> {
  const told = ofKind(timeline, 'stage');
  const lengths = new Map<string, number>();
  const add = (name: string, durationMs: number) => lengths.set(name, (lengths.get(name) ?? 0) + durationMs);
  for (const [index, { name, atMs }] of told.entries())
    add(name, (told[index + 1]?.atMs ?? facts.endedMs) - atMs);
  if (facts.sweptMs !== undefined) add('sweeping', facts.sweptMs - facts.endedMs);
  return [...lengths].map(([name, durationMs]) => ({ name, durationMs }));
}
