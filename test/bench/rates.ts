/** How many operations a second so many clients get through, each one after the other, and how long each takes. */
import { monotonicMs } from '../../harness/clock.ts';
import { count } from '../../reports/format.ts';
import type { Table } from './report.ts';

/** Calls until `endMs`; returns how long each took, in ms. `name` makes the ids of this row different from others'. */
export async function callUntil(
  call: (uid: string, count: number) => Promise<void>,
  clients: number,
  endMs: number,
  name: string,
): Promise<number[]> {
  const tookMs: number[] = [];
  let last = 0;
  const client = async () => {
    for (let nowMs = monotonicMs(); nowMs < endMs; ) {
      const count = ++last;
      await call(`${name}-${count}`, count);
      const thenMs = nowMs;
      nowMs = monotonicMs();
      tookMs.push(nowMs - thenMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return tookMs;
}

export interface Rate {
  perSecond: number;
  /** p50, p95, p99 and the longest, in ms. */
  latencyMs: number[];
}

const WARM_UP_MS = 500;

export async function rateOf(
  call: (uid: string, count: number) => Promise<void>,
  clients: number,
  seconds: number,
): Promise<Rate> {
  await callUntil(call, clients, monotonicMs() + WARM_UP_MS, `warm${clients}`);
  const beganMs = monotonicMs();
  const tookMs = await callUntil(call, clients, beganMs + seconds * 1000, `c${clients}`);
  const sorted = tookMs.sort((one, other) => one - other);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return {
    perSecond: (1000 * sorted.length) / (monotonicMs() - beganMs),
    latencyMs: [at(0.5), at(0.95), at(0.99), at(1)],
  };
}

/** Where it was measured, and with how many clients. */
export interface PlacedRate extends Rate {
  place: string;
  clients: number;
}

export const milliseconds = (value: number | undefined) => `${(value ?? Number.NaN).toFixed(1)} ms`;

export function rateTable(title: string, rates: readonly PlacedRate[]): Table {
  return {
    title,
    columns: ['file system', 'clients', 'writes/s', 'p50', 'p95', 'p99', 'longest'],
    rows: rates.map(({ place, clients, perSecond, latencyMs }) => [
      place,
      String(clients),
      count(perSecond),
      ...latencyMs.map(milliseconds),
    ]),
  };
}
