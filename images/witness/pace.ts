/** How often the witness looks, and what that may cost. */
import { after, monotonicMs, ownCpuMs } from '../common/clock.ts';

/** Each kind of looking takes at most one part in so many of a processor, however many nodes there are. */
const PARTS = 5;

/** What one look took: time, and processor time. A machine that stood still meanwhile is no cost of looking. */
export interface Cost {
  tookMs: number;
  cpuMs: number;
}

/** How long to rest after a look, in ms. Pure. */
export function restMs(periodMs: number, { tookMs, cpuMs }: Cost): number {
  return Math.max(periodMs - tookMs, cpuMs * (PARTS - 1), 0);
}

/** Looks every `periodMs`, or less often where that would cost too much, until the returned function is called. */
export function keepLooking(look: () => void, periodMs: number): () => void {
  let cancel: () => void;
  const turn = () => {
    const [beganMs, beganCpuMs] = [monotonicMs(), ownCpuMs()];
    look();
    const cost = { tookMs: monotonicMs() - beganMs, cpuMs: ownCpuMs() - beganCpuMs };
    cancel = after(restMs(periodMs, cost), turn);
  };
  turn();
  return () => cancel();
}
