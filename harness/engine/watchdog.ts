/**
 * Removes what a run left behind when the harness is gone, whatever it died of. It lives in a session of its own and
 * holds one end of a pipe; the kernel closes the other end when the harness ends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAbsolute } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { after, until } from '../clock.ts';
import { messageOf, SetupError } from '../errors.ts';
import { sweep, thingsOf } from './cleanup.ts';
import { dockerAt } from './docker-at.ts';
import type { Engine } from './engine.ts';
import { forgetLiveRun, recordLiveRun } from './live-runs.ts';

const giveUpMs = 60_000;
/** The engine may be making a container at the moment of the crash: it shows up only a little later. */
const quietLooks = 3;
const betweenLooksMs = 300;
/** What the harness writes into the pipe when it has swept by itself. */
const orderly = 'swept';
/** What it writes when the run's cluster is to stay, for looking around. */
const kept = 'kept';

/** A run id names a file and a label, so it must be a plain word. */
const runIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export interface WatchdogOptions {
  run: string;
  host: string;
  /** The run's folder, for who looks for the run. */
  folder?: string;
}

/** The program's arguments, or an error that says how it is called. */
export function watchdogArguments(words: readonly string[]): WatchdogOptions {
  const [run, host, folder, ...more] = words;
  const isFolder = folder === undefined || isAbsolute(folder);
  if (!run || !host || more.length > 0 || !isFolder || !runIdPattern.test(run))
    throw new SetupError(
      `watchdog ${words.join(' ')}: it is called with a run id, an engine host, and a folder if there is one`,
    );
  return { run, host, ...(folder === undefined ? {} : { folder }) };
}

export interface Watchdog extends AsyncDisposable {
  /** Ends the watchdog and leaves what the run made as it is; `drill clean` removes it later. */
  leave(): Promise<void>;
}

/**
 * Starts the watchdog of a run; it can act when this returns. Disposing of it, after the harness' own sweep, makes it
 * look once more and end.
 */
export async function startWatchdog(
  run: string,
  engine: Pick<Engine, 'host'>,
  folder?: string,
): Promise<Watchdog> {
  const words = [run, engine.host, ...(folder === undefined ? [] : [folder])];
  watchdogArguments(words);
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...words], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  // Awaited only in the end; without this, a failed start would be an unhandled rejection on top.
  exited.catch(() => undefined);
  const said = await firstLine(child.stdout);
  if (said !== 'ready')
    throw new SetupError(
      `the watchdog of run ${run} did not start: ${said || 'it ended without a word'}; check the engine with: npm run drill -- doctor`,
    );
  // Neither it nor its pipes keep the harness from ending.
  child.stdout.destroy();
  child.unref();
  (child.stdin as unknown as { unref: () => void }).unref();
  // It may be gone already, and a broken pipe is then no news.
  child.stdin.on('error', () => undefined);
  return {
    async leave() {
      child.ref();
      child.stdin.end(kept);
      await exited;
    },
    async [Symbol.asyncDispose]() {
      child.ref();
      child.stdin.end(orderly);
      const [code] = await exited;
      if (code === 0) return;
      throw new SetupError(
        `the watchdog of run ${run} could not remove all of it; run: npm run drill -- clean`,
      );
    },
  };
}

async function firstLine(stdout: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    text += chunk;
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  return text.trim();
}

/** The program itself. */
async function watch({ run, host, ...where }: WatchdogOptions): Promise<void> {
  const docker = dockerAt(host);
  await thingsOf(docker, { run });
  recordLiveRun({ run, host, pid: process.pid, harness: process.ppid, ...where });
  process.stdout.write('ready\n');
  // The other end is closed soon after; writing must not end us.
  process.stdout.on('error', () => undefined);
  const said = await harnessEnd();
  // An engine that hangs must not make the watchdog hang.
  after(giveUpMs, () => process.exit(1));
  if (said !== kept) await sweepUntilQuiet(docker, run, said === orderly ? 1 : quietLooks);
  forgetLiveRun(run);
}

async function sweepUntilQuiet(docker: Docker, run: string, looks: number): Promise<void> {
  let empty = 0;
  await until(
    `run ${run} is gone`,
    giveUpMs,
    async () => {
      empty = (await foundNothing(docker, run)) ? empty + 1 : 0;
      return empty >= looks || undefined;
    },
    { everyMs: betweenLooksMs },
  );
}

/** Sweeps; true if there was nothing to sweep. An engine that does not answer (it may be restarting) has proved nothing. */
async function foundNothing(docker: Docker, run: string): Promise<boolean> {
  try {
    const swept = await sweep(docker, { run });
    return swept.containers + swept.networks + swept.volumes === 0;
  } catch {
    return false;
  }
}

/** Waits for the pipe's end and tells what was said in it. */
async function harnessEnd(): Promise<string> {
  let said = '';
  try {
    for await (const chunk of process.stdin) said += chunk;
  } catch {
    // A pipe that breaks has ended too.
  }
  return said;
}

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  try {
    await watch(watchdogArguments(process.argv.slice(2)));
    process.exit(0);
  } catch (error) {
    process.stdout.on('error', () => undefined);
    process.stdout.write(`${messageOf(error).replaceAll('\n', ' ')}\n`, () => process.exit(1));
  }
}
