import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { cacheFolder } from './cache.ts';

const Live = z.object({
  run: z.string(),
  /** The watchdog's pid: it lives as long as the run and a little longer. */
  pid: z.int().positive(),
  harness: z.int().positive(),
  host: z.string(),
  /** Where a run leaves what it records; not there for what is no run. */
  folder: z.string().optional(),
});

/** A run that is under way on this machine, or whose watchdog is still sweeping. */
export type LiveRun = z.infer<typeof Live>;

export function runsFolder(): string {
  return join(cacheFolder(), 'runs');
}

export function recordLiveRun(live: LiveRun): void {
  mkdirSync(runsFolder(), { recursive: true });
  writeFileSync(join(runsFolder(), live.run), `${JSON.stringify(live)}\n`);
}

export function forgetLiveRun(run: string): void {
  rmSync(join(runsFolder(), run), { force: true });
}

/** The runs of this machine that are alive. Files of dead ones are removed on the way. */
export function liveRuns(): LiveRun[] {
  if (!existsSync(runsFolder())) return [];
  return readdirSync(runsFolder()).flatMap((name) => {
    const live = readLive(name);
    if (live && isWatchdog(live)) return [live];
    forgetLiveRun(name);
    return [];
  });
}

/** Their ids, for `sweep`'s `except`. */
export function liveRunIds(): string[] {
  return liveRuns().map((live) => live.run);
}

function readLive(name: string): LiveRun | undefined {
  try {
    return Live.parse(JSON.parse(readFileSync(join(runsFolder(), name), 'utf8')));
  } catch {
    return undefined;
  }
}

/** A pid alone proves nothing, since the kernel gives it out again: the command line must be that run's watchdog. */
function isWatchdog(live: LiveRun): boolean {
  const words = commandLine(live.pid);
  return words.some((word) => basename(word) === 'watchdog.ts') && words.includes(live.run);
}

/** The words of a process's command line; empty when there is no such process. */
export function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  } catch {
    return [];
  }
}
