/**
 * `bench store`: durable writes a second and their latency with 1, 16 and 64 clients, on file systems in memory and on
 * disk, and how long csstored takes to start after a store of 100,000 events lost power.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicMs } from '../../harness/clock.ts';
import type { CalendarStore } from '../../images/node/ics/store/calendar-store.ts';
import { connectStore } from '../../images/node/ics/store/remote-store.ts';
import { count } from '../../reports/format.ts';
import { SmallDisk } from '../helpers/small-disk.ts';
import { eventNamed } from '../helpers/store-events.ts';
import { killed, makeBase, type StoredProcess, startedStored, stopped } from '../helpers/stored-process.ts';
import type { BenchOptions } from './options.ts';
import { callUntil, milliseconds as ms, type PlacedRate, type Rate, rateOf, rateTable } from './rates.ts';
import type { Findings } from './report.ts';
import { medianOf } from './statistics.ts';

const CLIENTS = [1, 16, 64];
const EVENTS = 100_000;
const STARTS = 5;
const DISK_MIB = 512;
const CALENDARS = 100;
/** How many callers fill the store, so that large groups are committed. */
const FILLERS = 256;

interface Starts {
  place: string;
  startMs: number[];
  /** Clean stops of the same store, and memory after the last start. */
  stopMs: number[];
  residentMiB: number;
  /** csstored's own words on its last start. */
  said: string;
}

export async function benchStore(
  { seconds }: BenchOptions,
  { tell, signal }: { tell: (line: string) => void; signal: AbortSignal },
): Promise<Findings> {
  const [rates, starts]: [PlacedRate[], Starts[]] = [[], []];
  for (const [place, root] of [
    ['memory', '/dev/shm'],
    ['disk', tmpdir()],
  ] as const) {
    await onDisk(root, async (base) => {
      for (const clients of CLIENTS) {
        if (signal.aborted) return;
        tell(`${clients} clients on ${place} for ${seconds} s`);
        rates.push({ place, clients, ...(await writesOf(base, clients, seconds)) });
      }
    });
    if (signal.aborted) break;
    await onDisk(root, async (base, disk) => {
      tell(`${STARTS} starts on ${place} after a store of ${count(EVENTS)} events lost power`);
      starts.push({ place, ...(await startsOf(base, disk)) });
    });
  }
  return findings(rates, starts);
}

async function onDisk(root: string, work: (base: string, disk: SmallDisk) => Promise<void>): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'bench-store-'));
  await using disk = await SmallDisk.make(DISK_MIB, root);
  try {
    makeBase(base, { 'caldb.berkeleydb.homedir.path': disk.point });
    await work(base, disk);
  } finally {
    rmSync(base, { recursive: true });
  }
}

async function serving<T>(base: string, use: (store: CalendarStore, stored: StoredProcess) => Promise<T>) {
  const stored = await startedStored(base);
  try {
    const store = await connectStore(stored.socket);
    const result = await use(store, stored);
    await store.close();
    return result;
  } finally {
    await killed(stored);
  }
}

/** All clients share cshttpd's one connection to csstored, as in the server. */
async function writesOf(base: string, clients: number, seconds: number): Promise<Rate> {
  return await serving(base, (store) => rateOf(writing(store), clients, seconds));
}

const writing = (store: CalendarStore) => (uid: string, count: number) =>
  store.put(eventNamed(uid, { calid: `user${count % CALENDARS}` }));

async function startsOf(base: string, disk: SmallDisk): Promise<Omit<Starts, 'place'>> {
  await serving(base, async (store) => {
    let next = 0;
    const filler = async () => {
      while (next < EVENTS) {
        const number = next++;
        const day = String((number % 28) + 1).padStart(2, '0');
        const moment = `202601${day}T090000Z`;
        const event = { calid: `user${number % CALENDARS}`, dtstart: moment, dtend: moment, alarm: moment };
        await store.put(eventNamed(`filled-${number}`, event));
      }
    };
    await Promise.all(Array.from({ length: FILLERS }, filler));
  });
  const [startMs, stopMs]: [number[], number[]] = [[], []];
  let [said, residentMiB] = ['', Number.NaN];
  for (let start = 0; start < STARTS; start++) {
    const stored = await startedStored(base);
    const store = await connectStore(stored.socket);
    // Something for the recovery to find in the log.
    await callUntil(writing(store), 16, monotonicMs() + 200, `start${start}`);
    await killed(stored);
    await store.close();
    await disk.shutDown();
    await disk.unmount();
    await disk.mount();
    const beganMs = monotonicMs();
    const again = await startedStored(base);
    startMs.push(monotonicMs() - beganMs);
    said = again.said().trim();
    residentMiB = residentOf(again);
    const stoppedMs = monotonicMs();
    await stopped(again);
    stopMs.push(monotonicMs() - stoppedMs);
  }
  return { startMs, stopMs, residentMiB, said };
}

function residentOf({ child }: StoredProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]) / 1024;
}

function findings(rates: PlacedRate[], starts: Starts[]): Findings {
  return {
    sentences: starts.map(
      ({ place, startMs, stopMs, residentMiB, said }) =>
        `- After a power loss with ${count(EVENTS)} events on ${place}, csstored serves within ${ms(medianOf(startMs))} (median of ${startMs.length}; ${ms(Math.min(...startMs))} to ${ms(Math.max(...startMs))}), its process' start included. It says: "${said}". It then has ${count(residentMiB)} MiB, and stops within ${ms(medianOf(stopMs))}.`,
    ),
    tables: [rateTable('Durable writes through csstored, one file system each', rates)],
    data: { rates, starts },
  };
}
