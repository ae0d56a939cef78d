/**
 * `bench calendar`: a whole instance on this host. Durable writes a second through WCAP and their latency with 1, 16 and
 * 64 clients, on file systems in memory and on disk; start and stop by process on one processor; memory.
 */
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { monotonicMs } from '../../harness/clock.ts';
import { run } from '../../images/common/run.ts';
import { CalendarInstance } from '../helpers/calendar-instance.ts';
import { SmallDisk } from '../helpers/small-disk.ts';
import type { BenchOptions } from './options.ts';
import { milliseconds as ms, type PlacedRate, type Rate, rateOf, rateTable } from './rates.ts';
import type { Findings, Table } from './report.ts';
import { medianOf } from './statistics.ts';

const CLIENTS = [1, 16, 64];
const DISK_MIB = 512;
const USER = 'calmaster';

interface Timed {
  /** Of the whole command, in ms. */
  allMs: number;
  /** By process, in the command's own words. */
  eachMs: Record<string, number>;
}

export async function benchCalendar(
  { seconds, repeat }: BenchOptions,
  { tell, signal }: { tell: (line: string) => void; signal: AbortSignal },
): Promise<Findings> {
  const rates: PlacedRate[] = [];
  for (const [place, root] of [
    ['memory', '/dev/shm'],
    ['disk', tmpdir()],
  ] as const) {
    await using disk = await SmallDisk.make(DISK_MIB, root);
    await using instance = await CalendarInstance.make({
      settings: { 'caldb.berkeleydb.homedir.path': disk.point },
    });
    await instance.ok('start-cal');
    for (const clients of CLIENTS) {
      if (signal.aborted) break;
      tell(`${clients} clients on ${place} for ${seconds} s`);
      rates.push({ place, clients, ...(await writesOf(instance, clients, seconds)) });
    }
  }
  const [starts, stops, memory] = await startsOf(repeat, tell, signal);
  return findings(rates, starts, stops, memory);
}

async function writesOf(instance: CalendarInstance, clients: number, seconds: number): Promise<Rate> {
  const port = Number(instance.settings['service.http.port']);
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const call = (command: string, parameters: Record<string, string>) =>
    bodyOf({ port, agent, path: `/${command}.wcap?${new URLSearchParams(parameters)}` });
  const [, id = ''] = /SESSION-ID:(\S+)/.exec(await call('login', { user: USER, password: 'drill' })) ?? [];
  const event = { dtstart: '20261121T090000Z', dtend: '20261121T100000Z', summary: 'Meeting' };
  try {
    return await rateOf(
      async (uid) => {
        const body = await call('storeevents', { id, calid: USER, uid, ...event });
        if (!body.includes('X-NSCP-WCAP-ERRNO:0')) throw new Error(`a write was refused: ${body}`);
      },
      clients,
      seconds,
    );
  } finally {
    agent.destroy();
  }
}

function bodyOf(options: { port: number; agent: Agent; path: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', ...options }, (response) => {
      let body = '';
      response.on('data', (piece) => {
        body += piece;
      });
      response.on('end', () => resolve(body)).on('error', reject);
    });
    req.on('error', reject).end();
  });
}

/** On one processor, as a node has it that does nothing else. The first start fills the compile cache and counts not. */
async function startsOf(
  repeat: number,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<[Timed[], Timed[], string]> {
  await using instance = await CalendarInstance.make();
  await instance.ok('start-cal');
  await instance.ok('stop-cal');
  await run('taskset', ['-pc', '0', String(process.pid)]);
  const [starts, stops]: [Timed[], Timed[]] = [[], []];
  let memory = '';
  tell(`${repeat} starts and stops on one processor`);
  for (let number = 0; number < repeat && !signal.aborted; number++) {
    starts.push(await timed(instance, 'start-cal'));
    memory = await instance.ok('show-cal');
    stops.push(await timed(instance, 'stop-cal'));
  }
  return [starts, stops, memory];
}

async function timed(instance: CalendarInstance, command: string): Promise<Timed> {
  const beganMs = monotonicMs();
  const output = await instance.ok(command, '-v');
  const allMs = monotonicMs() - beganMs;
  const each = [...output.matchAll(/^(\w+) +(?:serves|ended) after (\d+) ms/gm)];
  return { allMs, eachMs: Object.fromEntries(each.map(([, name = '', ms]) => [name, Number(ms)])) };
}

function findings(rates: PlacedRate[], starts: Timed[], stops: Timed[], memory: string): Findings {
  const spread = (timings: Timed[]) => {
    const all = timings.map(({ allMs }) => allMs);
    return `${ms(medianOf(all))} (${ms(Math.min(...all))} to ${ms(Math.max(...all))}, n = ${all.length})`;
  };
  return {
    sentences: [
      `- start-cal of a whole instance on one processor: ${spread(starts)}; stop-cal: ${spread(stops)}.`,
    ],
    tables: [
      rateTable('Durable writes through WCAP; the client is on the same two processors', rates),
      byProcess(starts, stops, memory),
    ],
    data: { rates, starts, stops, memory: memory.split('\n') },
  };
}

function byProcess(starts: Timed[], stops: Timed[], shown: string): Table {
  const memory = new Map(
    [...shown.matchAll(/^(\w+) .*?(\d+) MiB$/gm)].map(([, name = '', size = '']) => [name, size]),
  );
  const names = Object.keys(starts[0]?.eachMs ?? {});
  const median = (timings: Timed[], name: string) =>
    ms(medianOf(timings.map(({ eachMs }) => eachMs[name] ?? Number.NaN)));
  return {
    title:
      'By process: medians from the beginning of start-cal, and of each end; memory by itself, shared parts included',
    columns: ['process', 'serves after', 'ends within', 'resident, MiB'],
    rows: names.map((name) => [name, median(starts, name), median(stops, name), memory.get(name) ?? '–']),
  };
}
