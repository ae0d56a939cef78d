import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { commandLine } from './live-runs.ts';
import { probeEngine } from './probe.ts';

/** Where our own engine keeps its things. */
export interface Paths {
  root: string;
  data: string;
  exec: string;
  socket: string;
  pid: string;
  log: string;
  config: string;
  lock: string;
}

export function paths(): Paths {
  const root = join(cacheFolder(), 'engine');
  const at = (name: string) => join(root, name);
  return {
    root,
    data: at('data'),
    exec: at('exec'),
    socket: at('docker.sock'),
    pid: at('docker.pid'),
    log: at('dockerd.log'),
    config: at('daemon.json'),
    lock: at('start.lock'),
  };
}

export function privateEngineHost(): string {
  return `unix://${paths().socket}`;
}

/** Our own engine's version, if it answers. */
export async function answer(at: Paths): Promise<string | undefined> {
  if (!existsSync(at.socket)) return undefined;
  return await probeEngine(`unix://${at.socket}`, 3000).catch(() => undefined);
}

/** The number in a pid file, if there is one. */
export function readPid(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

/** The pid of our engine: named by its pid file, and a dockerd on our socket by its command line. */
export function runningPid(at: Paths): number | undefined {
  const pid = readPid(at.pid);
  if (pid === undefined) return undefined;
  const words = commandLine(pid);
  const ours = basename(words[0] ?? '') === 'dockerd' && words.includes(`--host=unix://${at.socket}`);
  return ours ? pid : undefined;
}
