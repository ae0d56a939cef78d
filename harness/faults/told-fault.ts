/** A fault as the drill told of it, and what others saw of it: the terms in which each fault is verified. */
import type { Timeline } from '../timeline.ts';

/** One fault as the drill told of it; moments in ms since the run began, null for a stage that never came. */
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

export type Sign<Known = DoneFault> = (timeline: Timeline, fault: Known) => Verification;

/** How a fault shows to others when it has been applied, and how, when it was undone, that it is over. */
export interface Signs {
  applied: Sign;
  undone?: Sign<DoneFault & { undoneMs: number }>;
}
