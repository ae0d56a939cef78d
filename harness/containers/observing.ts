/** What a drill waits for, by what clients and the witness tell: never by what the cluster says of itself. */
import type { Window } from '../measured.ts';
import { occasionsOf } from '../occasions.ts';
import { operationsOf, settledUntilMs, sustainedAgainUntilMs } from '../outage.ts';
import { isBackedBy } from '../ports.ts';
import { ofKind, type ServiceFacts } from '../timeline.ts';
import { addressesSeen, calendarProcessesSeen, endMs, isDownAt, mountsSeen } from '../witnessed.ts';
import type { Recorder } from './recorder.ts';

const STEADY_DEADLINE_MS = 60_000;
/** Enough for a broken variant to have done its harm, and for more acknowledged writes than validity asks for. */
const [STEADY_MS, STEADY_WRITES] = [2_000, 60];
const SEEN_DEADLINE_MS = 60_000;
const OBSERVE_MS = 2_000;
/** A server that has just started is slower for a while, and what was queued is served then. */
const SETTLE_MS = 2_000;
/** Thirty pieces: with half as many, the interval of a ratio of two reaches down to 1.1 on two cores. */
const MEASURE_MS = 6_000;

export class Observing {
  readonly #recorder: Recorder;
  readonly #timeoutMs: number;
  /** How long one operation may take: then its outcome is known. */
  readonly #operationTimeoutMs: number;

  readonly #steadyMs: number;

  constructor(
    recorder: Recorder,
    limits: { timeoutMs: number; operationTimeoutMs: number; writesPerSecond: number },
  ) {
    this.#steadyMs = Math.max(STEADY_MS, (1000 * STEADY_WRITES) / limits.writesPerSecond);
    this.#recorder = recorder;
    this.#timeoutMs = limits.timeoutMs;
    this.#operationTimeoutMs = limits.operationTimeoutMs;
  }

  #client(service: ServiceFacts) {
    return ofKind(this.#recorder.events, 'client-started').find(
      ({ source }) => source === `client-${service.name}`,
    );
  }

  /** Writes and reads take turns, so each kind comes at half of the client's rate. */
  #periodMs(service: ServiceFacts): number {
    return 2000 / (this.#client(service)?.ratePerSecond ?? 1);
  }

  async clientStarted(service: ServiceFacts): Promise<number> {
    const { atMs } = await this.#recorder.until(
      `clients of ${service.name} are served`,
      STEADY_DEADLINE_MS,
      () => this.#client(service),
      () => `no client could log in at ${service.address}`,
    );
    return atMs;
  }

  async steady(service: ServiceFacts, sinceMs: number): Promise<void> {
    await this.#recorder.until(
      `${this.#steadyMs} ms of steady load on ${service.name}`,
      STEADY_DEADLINE_MS,
      () => this.#succeeded(service, sinceMs + this.#steadyMs),
      () => 'no operation succeeded after that time',
    );
  }

  #succeeded({ name }: ServiceFacts, afterMs: number) {
    const last = this.#recorder.events.at(-1);
    return last?.kind === 'operation' &&
      last.service === name &&
      last.outcome === 'ok' &&
      (last.plannedMs ?? 0) > afterMs
      ? last
      : undefined;
  }

  /** Up to which planned moment they are served again; null when they were not in time, which is a result too. */
  async servedAgain(service: ServiceFacts): Promise<number | null> {
    const { events } = this.#recorder;
    const sinceMs = occasionsOf(events).at(-1)?.atMs ?? 0;
    const periodMs = this.#periodMs(service);
    const undisturbedMs = this.#recorder.nowMs() + OBSERVE_MS;
    const again = () => {
      // Only a success can complete a row of them; looking anew at every event would cost what is being measured.
      const last = events.at(-1);
      if (last?.kind !== 'operation' || last.outcome !== 'ok') return undefined;
      const kinds = (['write', 'read'] as const).map((kind) => operationsOf(events, service, kind));
      const servedMs = sustainedAgainUntilMs(kinds, sinceMs, periodMs);
      if (servedMs !== null) return servedMs;
      // What was planned until then has an outcome by now.
      const isOver = last.atMs > undisturbedMs + this.#operationTimeoutMs;
      const isHit = () => kinds.flat().some(({ outcome, atMs }) => outcome !== 'ok' && atMs >= sinceMs);
      return isOver && !isHit() ? undisturbedMs : undefined;
    };
    try {
      const what = `${service.name} is served again`;
      return this.#seenEnough(service, await this.#recorder.until(what, this.#timeoutMs, again));
    } catch {
      // Some of it may have come back all the same: what is known by now has been observed.
      this.#seenEnough(service, this.#recorder.nowMs() - this.#operationTimeoutMs);
      return null;
    }
  }

  /** Until the outcome of all that was planned for a while from now on is known. */
  async observe(service: ServiceFacts, forMs = OBSERVE_MS): Promise<number> {
    const untilMs = this.#recorder.nowMs() + forMs;
    const [{ events }, periodMs] = [this.#recorder, this.#periodMs(service)];
    const kinds = () => (['write', 'read'] as const).map((kind) => operationsOf(events, service, kind));
    const known = () => {
      const last = events.at(-1);
      if (last === undefined || last.atMs <= untilMs) return undefined;
      if (last.atMs > untilMs + this.#operationTimeoutMs) return true;
      // Looking anew at every event would cost what is being measured.
      if (last.kind !== 'operation') return undefined;
      const settled = kinds().map((all) => settledUntilMs(all, untilMs - forMs, periodMs));
      return settled.every((atMs) => atMs + periodMs > untilMs) ? true : undefined;
    };
    await this.#recorder.until(
      `the outcome of what clients of ${service.name} do in ${forMs} ms`,
      forMs + this.#operationTimeoutMs + STEADY_DEADLINE_MS,
      known,
    );
    return this.#seenEnough(service, untilMs);
  }

  /** All clients at work and nothing else, for a while that is measured. */
  async measure(): Promise<void> {
    this.#recorder.drill({ kind: 'measured', ...(await this.undisturbed(MEASURE_MS)) });
  }

  /** Returns when the outcome of all that clients did in a time from now on is known. */
  async undisturbed(forMs: number): Promise<Window> {
    const fromMs = this.#recorder.nowMs() + SETTLE_MS;
    const untilMs = fromMs + forMs;
    const knownMs = untilMs + this.#operationTimeoutMs;
    await this.#recorder.until(`what clients do in ${forMs} ms`, knownMs - fromMs + STEADY_DEADLINE_MS, () =>
      endMs(this.#recorder.events) > knownMs ? true : undefined,
    );
    return { fromMs, untilMs };
  }

  #seenEnough({ name }: ServiceFacts, untilMs: number): number {
    this.#recorder.drill({ kind: 'observed', service: name, untilMs });
    return untilMs;
  }

  /** A node has the service's disk, from now on. */
  async takingOver(service: ServiceFacts, node: string): Promise<void> {
    const sinceMs = this.#recorder.nowMs();
    await this.#recorder.until(`${node} takes the disk of ${service.name}`, SEEN_DEADLINE_MS, () =>
      mountsSeen(this.#recorder.events).find(
        (mount) =>
          mount.node === node && mount.fromMs >= sinceMs && isBackedBy(mount.what.backing, service.volume),
      ),
    );
  }

  /** Whether it did, in the time that a drill waits. */
  async goesDown(node: string): Promise<boolean> {
    const { events } = this.#recorder;
    const gone = () => (isDownAt(events, node, endMs(events)) ? true : undefined);
    return await this.#recorder.until(`${node} goes down`, this.#timeoutMs, gone).catch(() => false);
  }

  /** Only whoever was up at the drill's last occasion counts. */
  async oneGoesDown(nodes: readonly string[]): Promise<string> {
    const sinceMs = occasionsOf(this.#recorder.events).at(-1)?.atMs ?? 0;
    const gone = () =>
      ofKind(this.#recorder.events, 'node-gone').find(
        ({ node, atMs }) => nodes.includes(node) && atMs >= sinceMs,
      )?.node;
    return await this.#recorder.until(
      `one of ${nodes.join(' and ')} going down`,
      SEEN_DEADLINE_MS,
      gone,
      () => 'the witness still sees them',
    );
  }

  async servedOn(service: ServiceFacts, node: string): Promise<void> {
    const missing = () => {
      const { events } = this.#recorder;
      const now = endMs(events);
      const here = <T>({ node: seenOn, untilMs }: { node: string; what: T; untilMs: number }) =>
        seenOn === node && untilMs >= now;
      return [
        mountsSeen(events).some(
          (one) => here(one) && isBackedBy(one.what.backing, service.volume) && !one.what.cut,
        )
          ? ''
          : 'its disk',
        addressesSeen(events).some((one) => here(one) && one.what === service.address) ? '' : 'its address',
        calendarProcessesSeen(events).some((one) => here(one) && one.what.command.includes('cshttpd'))
          ? ''
          : 'its server',
      ].filter(Boolean);
    };
    const changes = ['mounts', 'addresses', 'processes'];
    let looked = false;
    await this.#recorder.until(
      `${service.name} on ${node}`,
      SEEN_DEADLINE_MS,
      () => {
        // Once at the beginning, then with every change of what the witness sees.
        if (looked && !changes.includes(this.#recorder.events.at(-1)?.kind ?? '')) return undefined;
        looked = true;
        return missing().length === 0 ? true : undefined;
      },
      () => `the witness does not see ${missing().join(', ')} there`,
    );
  }
}
