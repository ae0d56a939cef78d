import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { release } from 'node:os';
import { messageOf } from '../errors.ts';
import { kernelTrouble, readTainted } from './kernel.ts';

const GiB = 2 ** 30;

export interface Finding {
  name: string;
  ok: boolean;
  found: string;
  /** What to do, when it is not ok; a remark or nothing, when it is. */
  wayOut: string;
}

export function finding(name: string, ok: boolean, found: string, wayOut = ''): Finding {
  return { name, ok, found, wayOut };
}

export function platform(system: string, arch: string): Finding {
  const found = `${system} ${arch}`;
  if (system !== 'linux')
    return finding(
      'platform',
      true,
      found,
      'drills run in a Linux engine; the harness is tested on Linux only',
    );
  if (arch === 'arm64') return finding('platform', true, found, 'should work, but is untested on arm64');
  return finding('platform', arch === 'x64', found, arch === 'x64' ? '' : 'use a machine with x64 (amd64)');
}

export function nodeVersion(version: string): Finding {
  const ok = Number.parseInt(version, 10) >= 24;
  return finding(
    'node',
    ok,
    version,
    ok ? '' : 'run through npm scripts (npm run drill), which bring Node 24',
  );
}

/** What this machine must have when the engine runs on it. */
export function machine(dataRoot: string): Finding[] {
  return [kernel(readTainted()), memory(readText('/proc/meminfo')), disk(dataRoot), ...devices()];
}

export function kernel(tainted: string): Finding {
  const trouble = kernelTrouble(tainted);
  if (trouble === null) return finding('kernel', true, `${release()}, no breakdown since boot`);
  const [found = '', wayOut = ''] = trouble.split('; ');
  return finding('kernel', false, found, wayOut);
}

export function memory(meminfo: string): Finding {
  const kib = Number(/^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0);
  const ok = kib * 1024 >= 2 * GiB;
  return finding(
    'memory',
    ok,
    `${(kib / 2 ** 20).toFixed(1)} GiB available`,
    ok ? '' : 'free some: 2 GiB are needed',
  );
}

function disk(folder: string): Finding {
  try {
    const { bavail, bsize } = statfsSync(folder);
    const ok = bavail * bsize >= 3 * GiB;
    const found = `${((bavail * bsize) / GiB).toFixed(1)} GiB free in ${folder}`;
    return finding('disk', ok, found, ok ? '' : 'make room there: 3 GiB are needed');
  } catch (error) {
    return finding('disk', true, `${folder} cannot be looked at from here (${messageOf(error)})`);
  }
}

function devices(): Finding[] {
  const misc = readText('/proc/misc');
  const loops = existsSync('/sys/block')
    ? readdirSync('/sys/block').filter((name) => name.startsWith('loop')).length
    : 0;
  const control = existsSync('/dev/loop-control');
  const fuse = existsSync('/dev/fuse') && /\bfuse\b/.test(misc);
  return [
    finding(
      '/dev/loop-control',
      control,
      control ? 'present' : 'missing',
      control ? '' : 'load the module: modprobe loop',
    ),
    finding(
      'loop devices',
      loops > 0 || control,
      `${loops}; the kernel makes more on demand`,
      loops > 0 || control ? '' : 'load the module: modprobe loop',
    ),
    finding(
      '/dev/fuse',
      fuse,
      fuse ? 'present' : 'missing',
      fuse ? '' : 'load the module: modprobe fuse (mirrors need it)',
    ),
  ];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
