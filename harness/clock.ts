/** The one module that reads time. Everything else gets its moments and deadlines from here. */
import { setTimeout as wait } from 'node:timers/promises';
import { DeadlineError } from './errors.ts';

/** Milliseconds of CLOCK_MONOTONIC: comparable over all processes and containers of one host. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The wall clock, for names and headings only; never for measuring. */
export function wallClock(): Date {
  return new Date();
}

/** Runs `action` once after `delayMs`; the returned function takes it back. */
export function after(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}

/** A moment `delayMs` ahead, as part of a plan (the moment of a fault, say); not a way to wait for a condition. */
export async function moment(delayMs: number, signal?: AbortSignal): Promise<void> {
  await wait(delayMs, undefined, signal ? { signal } : {});
}

/**
 * Waits until `probe` returns something other than undefined. Looks every `everyMs` (default 20).
 * @throws DeadlineError naming `what` and, from `missing()`, what was seen instead.
 */
export async function until<T>(
  what: string,
  deadlineMs: number,
  probe: () => T | undefined | Promise<T | undefined>,
  options: { everyMs?: number; missing?: () => string; signal?: AbortSignal } = {},
): Promise<T> {
  const end = monotonicMs() + deadlineMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const found = await probe();
    if (found !== undefined) return found;
    if (monotonicMs() >= end)
      throw new DeadlineError(what, deadlineMs, options.missing?.() ?? 'it never held');
    await wait(options.everyMs ?? 20);
  }
}
