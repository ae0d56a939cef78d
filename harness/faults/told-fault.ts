/** A fault as the drill told of it, and what others saw of it: the words that signs of faults are written in. */
import type { Timeline } from '../timeline.ts';

/** Moments in ms since the run began, null for a stage that never came. */
export interface ToldFault {
  name: string;
  target: string;
  plannedMs: number | null;
  appliedMs: number | null;
  completeMs: number | null;
  /** When what it broke was whole again. */
  undoneMs: number | null;
}

/** What others saw of a fault. */
export interface Verification {
  verified: boolean;
  detail: string;
}

/** A fault that was applied and completed, as its own verification is given it. */
export type DoneFault = ToldFault & { appliedMs: number; completeMs: number };
export type UndoneFault = DoneFault & { undoneMs: number };

export type Sign<Known = DoneFault> = (timeline: Timeline, fault: Known) => Verification;

/** How a fault shows to others when it has been applied, and how, when it was undone, that it is over. */
export interface Signs {
  applied: Sign;
  undone?: Sign<UndoneFault>;
}

export function seen(detail: string): Verification {
  return { verified: true, detail };
}

export function missing(detail: string): Verification {
  return { verified: false, detail };
}
