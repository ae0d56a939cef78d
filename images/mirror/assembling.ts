/** Which half of a mirrored volume may be used, from the state replicas on the halves and at the mediators. Pure. */
import type { Replica } from '../common/replica.ts';

/** What was found where a half should be. */
export type Found =
  /** Its array does not answer, or refuses. */
  | { there: false; why: string }
  /** `replica` undefined: there is none on it, as on a new disk. */
  | { there: true; replica: Replica | undefined };

/**
 * - current: to be read and written.
 * - unclean: has all that was acknowledged, but may differ in what was being written when its node went down.
 * - stale: to be overwritten before it is used.
 * - absent: not there.
 */
export type Use = 'current' | 'unclean' | 'stale' | 'absent';

export interface Decision {
  uses: [Use, Use];
  /** The newest replica known: what comes next counts on from it. */
  replica: Replica;
}

/** No half may be used: what there is would be old data, or nobody can tell. */
export class NotCurrent extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotCurrent';
  }
}

/**
 * `names`: array/LUN of each half. `mediators`: replicas that nodes took note of; with one half gone, only they know
 * whether the other went on without it. @throws NotCurrent
 */
export function decide(
  names: readonly [string, string],
  found: readonly [Found, Found],
  mediators: readonly Replica[],
): Decision {
  const own = found.map((one) => (one.there ? one.replica : undefined));
  const [first, second] = own;
  // Each went on without the other: no rule can tell whose data to throw away.
  if (first && second && !first.current[1] && !second.current[0] && first.current[0] && second.current[1])
    throw new NotCurrent(
      `${names[0]} and ${names[1]} have each gone on without the other (changes ${first.events} and ${second.events}); overwrite the state replica of the one to give up, then try again`,
    );
  const known = [...own, ...mediators].filter((one) => one !== undefined);
  const replica = known.reduce<Replica | undefined>(
    (best, one) => (best && best.events >= one.events ? best : one),
    undefined,
  );
  if (replica === undefined) throw new NotCurrent(`no state replica: ${whatIs(names, found)}`);
  const isCurrent = (half: 0 | 1) => replica.current[half] && (own[half]?.current[half] ?? false);
  if (!isCurrent(0) && !isCurrent(1)) throw new NotCurrent(notUsable(names, found, replica));
  const open = [replica, ...own].some((one) => one?.open ?? false);
  const use = (half: 0 | 1): Use => {
    if (!found[half].there) return 'absent';
    if (!isCurrent(half)) return 'stale';
    return half === 1 && open && isCurrent(0) ? 'unclean' : 'current';
  };
  return { uses: [use(0), use(1)], replica };
}

function whatIs(names: readonly string[], found: readonly Found[]): string {
  return found
    .map((one, half) => `${names[half]} ${one.there ? 'has none' : `is not there (${one.why})`}`)
    .join(', ');
}

function notUsable(names: readonly string[], found: readonly Found[], replica: Replica): string {
  const halves = [0, 1] as const;
  const wanted = halves.filter((half) => replica.current[half]).map((half) => names[half]);
  const states = halves.map((half) => {
    const one = found[half];
    if (!one?.there) return `${names[half]} is not there (${one?.why})`;
    if (one.replica === undefined) return `${names[half]} has no state replica`;
    return `${names[half]} is stale: it stopped at change ${one.replica.events}, and the volume is at ${replica.events}`;
  });
  return `${replica.volume}: no current half to start from. ${states.join('; ')}. Current is ${wanted.join(' and ')}: bring its array back, then try again`;
}
