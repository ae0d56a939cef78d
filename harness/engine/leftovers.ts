import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { type Thing, thingsOf } from './cleanup.ts';
import type { SweepScope } from './labels.ts';

/** What of ours exists, by name. Empty lists prove that nothing is left. */
export interface Leftovers {
  containers: string[];
  networks: string[];
  volumes: string[];
  /** Loop devices over a file of ours, as `/dev/loopN file`; of an engine on this machine only. */
  loops: string[];
  mounts: string[];
}

/** What exists of ours within the scope. Loop devices and mounts carry no label: those of every run are listed. */
export async function leftovers(docker: Docker, scope: SweepScope = {}): Promise<Leftovers> {
  const things = await thingsOf(docker, scope);
  const named = (kind: Thing['kind']) =>
    things.filter((thing) => thing.kind === kind).map((thing) => thing.name.replace(/^\S+ /, ''));
  // Only an engine behind a socket of this machine shares its kernel with us.
  const local = !(docker.modem as { host?: string }).host && existsSync('/sys/block');
  const loops = local ? loopsOfOurs() : [];
  return {
    containers: named('containers'),
    networks: named('networks'),
    volumes: named('volumes'),
    loops: loops.map((loop) => `/dev/${loop.name} ${loop.file}`),
    mounts: loops.length === 0 ? [] : mountsOf(loops, readFileSync('/proc/self/mountinfo', 'utf8')),
  };
}

interface Loop {
  name: string;
  file: string;
  /** major:minor, as mountinfo names it. */
  device: string;
}

export function loopsOfOurs(sys = '/sys/block'): Loop[] {
  return readdirSync(sys)
    .filter((name) => /^loop\d+$/.test(name))
    .flatMap((name) => {
      const file = readText(join(sys, name, 'loop', 'backing_file'));
      const device = readText(join(sys, name, 'dev'));
      return file?.includes('ha-drills') && device ? [{ name, file, device }] : [];
    });
}

/** The mount points, out of a mountinfo text, whose device is one of these loop devices. */
export function mountsOf(loops: readonly Loop[], mountinfo: string): string[] {
  const devices = new Set(loops.map((loop) => loop.device));
  return mountinfo.split('\n').flatMap((line) => {
    const [, , device, , point] = line.split(' ');
    return device && point && devices.has(device) ? [point] : [];
  });
}

/** A device can vanish while it is read. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
