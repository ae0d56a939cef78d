/** A baseline: the lengths that later runs are compared with, and the one kind of machine that it holds for. Pure. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { HistoryEntry } from './entry.ts';
import { lengthsOf } from './lengths.ts';
import { differences, inWords, isAlike, type Machine, machine } from './machine.ts';

/** Raised when a field changes its meaning or goes away; additions keep it. */
export const BASELINE_VERSION = 1;

const ms = z.number().nonnegative();

export const baseline = z.object({
  baselineVersion: z.literal(BASELINE_VERSION),
  set: z.iso.datetime({ offset: true }).describe('When it was set, ISO 8601'),
  machine,
  runs: z.array(z.object({ run: z.string(), started: z.iso.datetime({ offset: true }) })).min(1),
  drills: z.array(
    z.object({
      drill: z.string(),
      model: z.string(),
      profile: z.enum(['fast', 'guide']),
      writesMs: z.array(ms).describe('The longest write outage of each valid repetition; 0 for none'),
      censored: z.number().int().describe('How many of them are "at least so long"'),
      phases: z.array(z.object({ name: z.string(), ms: z.array(ms) })),
    }),
  ),
});
export type Baseline = z.infer<typeof baseline>;

/** The machines of these runs, each once. */
export function machinesOf(entries: readonly HistoryEntry[]): Machine[] {
  const machines: Machine[] = [];
  for (const one of entries.flatMap((entry) => entry.machines))
    if (!machines.some((other) => isAlike(other, one))) machines.push(one);
  return machines;
}

/** By what these runs measured on such a machine; undefined when that is nothing. */
export function baselineOf(entries: readonly HistoryEntry[], on: Machine, set: string): Baseline | undefined {
  const drills = lengthsOf(entries, on);
  const runs = entries
    .filter((entry) => entry.machines.some((own) => isAlike(on, own)))
    .map(({ run, started }) => ({ run, started }));
  return drills.length === 0
    ? undefined
    : { baselineVersion: BASELINE_VERSION, set, machine: on, runs, drills };
}

/** One for each machine that the runs were on. @throws UsageError when nothing valid was measured in them. */
export function baselinesOf(entries: readonly HistoryEntry[], set: string): Baseline[] {
  const found = machinesOf(entries).flatMap((on) => baselineOf(entries, on, set) ?? []);
  if (found.length === 0)
    throw new UsageError(
      `no valid drill in ${entries.map(({ run }) => run).join(', ') || 'no run'}: there is nothing to set a baseline by`,
    );
  return found;
}

/** Name of its file: the same for the same machine. */
export function baselineName({ machine: on }: Baseline): string {
  return `${createHash('sha256').update(inWords(on)).digest('hex').slice(0, 12)}.json`;
}

/** The baseline of such a machine, or how the nearest one differs. */
export function baselineFor(baselines: readonly Baseline[], on: Machine): Baseline | { differs: string[] } {
  const [nearest] = baselines
    .map((one) => ({ one, differs: differences(one.machine, on) }))
    .sort((a, b) => a.differs.length - b.differs.length);
  if (nearest === undefined) return { differs: [] };
  return nearest.differs.length === 0 ? nearest.one : { differs: nearest.differs };
}
