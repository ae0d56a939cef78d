/** The lengths that entries of the history hold, by drill, model and profile. Pure. */
import { medianOf } from '../statistics.ts';
import type { HistoryDrill, HistoryEntry } from './entry.ts';
import { isAlike, type Machine } from './machine.ts';

/** What is one experiment, done again and again. */
export type Group = Pick<HistoryDrill, 'drill' | 'model' | 'profile'>;

export const keyOf = ({ drill, model, profile }: Group) => JSON.stringify([drill, model, profile]);
export const groupOf = ({ drill, model, profile }: Group): Group => ({ drill, model, profile });

export interface Lengths extends Group {
  /** The longest write outage of each valid repetition; 0 where users noticed nothing. */
  writesMs: number[];
  /** How many of them are "at least so long". */
  censored: number;
  phases: { name: string; ms: number[] }[];
}

/** The longest of a drill's write outages. */
export function longestWrite({ writes }: HistoryDrill): { ms: number; censored: boolean } {
  const none = { ms: 0, censored: false };
  return writes.reduce<typeof none>((longest, one) => (one.ms > longest.ms ? one : longest), none);
}

/** What these entries measured on such a machine; without one, on any. Drills that were not valid measured nothing. */
export function lengthsOf(entries: readonly HistoryEntry[], on?: Machine): Lengths[] {
  const drills = entries.flatMap((entry) =>
    entry.drills.filter((drill) => {
      const own = entry.machines[drill.machine];
      return drill.valid && (on === undefined || (own !== undefined && isAlike(on, own)));
    }),
  );
  return [...Map.groupBy(drills, keyOf).values()].flatMap((members) => {
    const [first] = members;
    return first ? [{ ...groupOf(first), ...lengthsOfGroup(members) }] : [];
  });
}

function lengthsOfGroup(members: readonly HistoryDrill[]): Omit<Lengths, keyof Group> {
  const longest = members.map(longestWrite);
  const names = [...new Set(members.flatMap(({ phases }) => phases.map(({ name }) => name)))];
  return {
    writesMs: longest.map(({ ms }) => ms),
    censored: longest.filter(({ censored }) => censored).length,
    phases: names.map((name) => ({
      name,
      ms: members.flatMap(({ phases }) => phases.filter((phase) => phase.name === name).map(({ ms }) => ms)),
    })),
  };
}

export function medianOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : medianOf(values);
}

/** In the order of time; the name decides where two began at once. */
export function byTime(a: HistoryEntry, b: HistoryEntry): number {
  return Date.parse(a.started) - Date.parse(b.started) || (a.run < b.run ? -1 : 1);
}
