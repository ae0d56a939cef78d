/** The fault monitors that run on this node: each probes its resource from time to time, and watches its processes. */
import { after, every, moment, monotonicMs, until } from '../../common/clock.ts';
import type { Log, Probe } from './types/type.ts';

/** A process table is looked at so often: the death of a server is to be known at once. */
const DEATH_WATCH_MS = 50;

/** Between two looks at a service that is starting: at first, each time longer by, and at most. */
const FIRST_PAUSE_MS = 5;
const PAUSE_GROWTH = 1.3;
const LAST_PAUSE_MS = 250;

/** What a monitor tells: each failed probe, and each death once. */
export type OnFailure = (message: string) => void;

/** One of its probes; throws when the service does not work. */
type RunProbe = (signal: AbortSignal) => Promise<void>;

interface Running {
  abort: AbortController;
  ended: Promise<void>;
}

export class FaultMonitors {
  readonly #running = new Map<string, Running>();

  start(resource: string, probe: Probe, log: Log, onFailure: OnFailure): void {
    this.#running.get(resource)?.abort.abort();
    const abort = new AbortController();
    // After the end of a monitor its failures are nobody's business: the service may be stopping.
    const tell: OnFailure = (message) => {
      if (abort.signal.aborted) return;
      log('err', 'The fault monitor found a failure: %s', message);
      onFailure(message);
    };
    if (probe.death !== undefined) watchDeath(probe.death, tell, abort.signal);
    const run: RunProbe = (signal) => probe.run(signal, log);
    this.#running.set(resource, { abort, ended: probeOnAndOn(probe, run, tell, abort.signal) });
  }

  /** A probe under way is ended too, and waited for. */
  async stop(resource: string): Promise<void> {
    const running = this.#running.get(resource);
    this.#running.delete(resource);
    running?.abort.abort();
    await running?.ended;
  }

  async end(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((resource) => this.stop(resource)));
  }
}

function watchDeath(death: () => string | undefined, tell: OnFailure, signal: AbortSignal): void {
  let told = false;
  const stop = every(DEATH_WATCH_MS, () => {
    const how = death();
    if (how !== undefined && !told) tell(how);
    told = how !== undefined;
  });
  signal.addEventListener('abort', stop, { once: true });
}

async function probeOnAndOn(
  { intervalMs, timeoutMs }: Probe,
  run: RunProbe,
  tell: OnFailure,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await moment(intervalMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    const trouble = await probeOnce(run, timeoutMs, signal);
    if (trouble !== undefined) tell(trouble);
  }
}

/** Why a probe failed; undefined when all is well. */
export async function probeOnce(
  run: RunProbe,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const late = new AbortController();
  const disarm = after(timeoutMs, () => late.abort());
  try {
    await run(AbortSignal.any([signal, late.signal]));
    return undefined;
  } catch (error) {
    if (late.signal.aborted) return `no answer within ${timeoutMs / 1000} seconds`;
    return error instanceof Error ? error.message : String(error);
  } finally {
    disarm();
  }
}

/**
 * Tries until a probe succeeds: at first every few milliseconds, so that a service which starts fast is not kept
 * waiting, then less often. @throws DeadlineError with what the last probe said.
 */
export async function untilProbed(
  what: string,
  run: RunProbe,
  options: {
    deadlineMs: number;
    probeTimeoutMs: number;
    signal: AbortSignal;
    death?: () => string | undefined;
  },
): Promise<void> {
  const { deadlineMs, probeTimeoutMs, signal, death } = options;
  let [pauseMs, trouble] = [FIRST_PAUSE_MS, 'it was not asked yet'];
  const beganMs = monotonicMs();
  await until(
    what,
    deadlineMs,
    async () => {
      const how = death?.();
      if (how !== undefined) throw new Error(how);
      const answer = await probeOnce(run, probeTimeoutMs, signal);
      if (answer === undefined) return true;
      trouble = answer;
      if (monotonicMs() - beganMs < deadlineMs) await moment(pauseMs, signal).catch(() => undefined);
      pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LAST_PAUSE_MS);
      return undefined;
    },
    { everyMs: 0, missing: () => trouble, signal },
  );
}
