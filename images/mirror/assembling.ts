/** Which half of a mirrored volume may be used, from the state replicas on the halves and at the mediators. Pure. */
import { newestOf, type Replica } from '../common/replica.ts';

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

type Halves<T> = readonly [T, T];

/** Whether each half says that it went on without the other: then only mediators know which one did. */
export function isSplit([first, second]: Halves<Found>): boolean {
  const [one, other] = [first.there && first.replica, second.there && second.replica];
  if (!one || !other) return false;
  return one.current[0] && !one.current[1] && other.current[1] && !other.current[0];
}

/**
 * `names`: array/LUN of each half. `mediators`: replicas that nodes took note of; with one half gone, only they know
 * whether the other went on without it. @throws NotCurrent
 */
export function decide(names: Halves<string>, found: Halves<Found>, mediators: readonly Replica[]): Decision {
  const own = found.map((one) => (one.there ? one.replica : undefined));
  const newest = newestOf([...own, ...mediators]);
  if (newest === undefined) throw new NotCurrent(`no state replica: ${whatIs(names, found)}`);
  const replica = isSplit(found) ? (wordOf(mediators, names, newest) ?? newest) : newest;
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

/**
 * Which of two halves that contradict each other went on, by the mediators' newest word. A half on which somebody goes
 * on alone is told to them first, so without such a word nobody did, and both have all that was acknowledged.
 */
function wordOf(mediators: readonly Replica[], names: Halves<string>, newest: Replica): Replica | undefined {
  const word = newestOf(mediators);
  if (word === undefined || word.current[0] === word.current[1]) return undefined;
  const others = mediators.filter(({ events }) => events === word.events);
  if (others.some(({ current }) => current[0] !== word.current[0]))
    throw new NotCurrent(
      `${names[0]} and ${names[1]} have each gone on without the other, and the nodes do not agree which one to keep; overwrite the end of the one to give up, then try again`,
    );
  return { ...word, events: newest.events };
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
