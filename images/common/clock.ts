/** The one module that reads time. Everything else gets its moments and deadlines from here. */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

/** Milliseconds of CLOCK_MONOTONIC: comparable over all processes and containers of one host. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Milliseconds of processor time that this thread has had. */
export function ownCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** A condition that was waited for did not come in time; `missing` says what was seen instead. */
export class DeadlineError extends Error {
  readonly what: string;
  readonly deadlineMs: number;
  readonly missing: string;
  constructor(what: string, deadlineMs: number, missing: string) {
    super(`${what}: not within ${deadlineMs} ms; ${missing}`);
    this.name = 'DeadlineError';
    this.what = what;
    this.deadlineMs = deadlineMs;
    this.missing = missing;
  }
}

/** Runs `action` once after `delayMs`; the returned function takes it back. */
export function after(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}

/**
 * Runs `action` every `periodMs` until the returned function is called. A late turn first lets waiting input in, so
 * that a process which was held up does not take its own delay for silence of the others.
 */
export function every(periodMs: number, action: () => void): () => void {
  const timer = setInterval(() => setImmediate(action), periodMs);
  return () => clearInterval(timer);
}

/** Runs `action` once what has arrived by now has been let in: to take many requests together. */
export function afterInput(action: () => void): void {
  setImmediate(action);
}

/** The wall clock, for names of days and headings only; never for measuring. */
export function wallClock(): Date {
  return new Date();
}

/** A moment `delayMs` ahead, as part of a plan (the moment of a fault, say); not a way to wait for a condition. */
export async function moment(delayMs: number, signal?: AbortSignal): Promise<void> {
  await wait(delayMs, undefined, signal ? { signal } : {});
}

/**
 * Waits until `probe` returns something other than undefined. Looks every `everyMs` (default 20; 0 is every turn).
 * @throws DeadlineError naming `what` and, from `missing()`, what was seen instead.
 */
export async function until<T>(
  what: string,
  deadlineMs: number,
  probe: () => T | undefined | Promise<T | undefined>,
  options: { everyMs?: number; missing?: () => string; signal?: AbortSignal } = {},
): Promise<T> {
  const end = monotonicMs() + deadlineMs;
  const everyMs = options.everyMs ?? 20;
  for (;;) {
    options.signal?.throwIfAborted();
    const found = await probe();
    if (found !== undefined) return found;
    if (monotonicMs() >= end)
      throw new DeadlineError(what, deadlineMs, options.missing?.() ?? 'it never held');
    await (everyMs > 0 ? wait(everyMs) : turn());
  }
}
