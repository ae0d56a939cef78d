/** How far the engine host's monotonic clock is ahead of this host's: nothing, unless the engine is elsewhere. */
import { monotonicMs } from '../clock.ts';
import type { Channel } from './contained.ts';

const PINGS = 8;

export interface ClockOffset {
  /** What to add to this host's clock to get the engine host's, in ms. */
  offsetMs: number;
  /** The true offset lies within this much of it: half of the quickest round trip. */
  uncertaintyMs: number;
}

/** Asks a container for its clock a few times; the quickest round trip tells best. */
export async function clockOffset(
  channel: Pick<Channel, 'order'>,
  nowMs = monotonicMs,
): Promise<ClockOffset> {
  let best: ClockOffset = { offsetMs: 0, uncertaintyMs: Number.POSITIVE_INFINITY };
  for (let ping = 0; ping < PINGS; ping++) {
    const sentMs = nowMs();
    const { at } = await channel.order('clock');
    const uncertaintyMs = (nowMs() - sentMs) / 2;
    if (uncertaintyMs < best.uncertaintyMs) best = { offsetMs: at - (sentMs + uncertaintyMs), uncertaintyMs };
  }
  return best;
}
