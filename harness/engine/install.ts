import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { SetupError } from '../errors.ts';
import type { Progress } from './engine.ts';

/** Daemons stand in sbin, which is not on everybody's PATH. */
const alsoHere = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The full path of a program, or undefined. */
export function programPath(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...alsoHere];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export function hasProgram(name: string): boolean {
  return programPath(name) !== undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Whether os-release's text names Debian, Ubuntu or something made from them. */
export function isDebianLike(osRelease: string): boolean {
  const words = [...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );
  return words.includes('debian') || words.includes('ubuntu');
}

export function onDebianLike(): boolean {
  try {
    return isDebianLike(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

export function canInstall(): boolean {
  return isRoot() && onDebianLike() && hasProgram('apt-get');
}

/** Installs the engine from Debian's or Ubuntu's own packages. `tried` goes into the error if that is not possible. */
export async function installEngine(progress: Progress, tried: readonly string[]): Promise<void> {
  if (!canInstall())
    throw new SetupError(
      [
        'no Docker engine answers, and there is no dockerd here to start one with. Tried:',
        ...tried.map((line) => `  - ${line}`),
        onDebianLike()
          ? 'Run this once as root: it then installs docker.io and starts an engine of its own (or start Docker yourself).'
          : 'Install Docker Engine (https://docs.docker.com/engine/install) and start it.',
      ].join('\n'),
    );
  await aptInstall(['docker.io', 'iptables'], 'there is no Docker engine here', progress);
}

/** apt-get install as root, with a line of progress for each package set up. */
export async function aptInstall(packages: string[], why: string, progress: Progress): Promise<void> {
  progress(`installing ${packages.join(' and ')} with apt-get: ${why}`);
  const updated = await aptGet(['update'], progress);
  // A broken third-party source fails the update, though the install may still find all it needs.
  const installed = await aptGet(['install', '-y', '--no-install-recommends', ...packages], progress);
  if (installed.ok) return;
  const lines = [...(updated.ok ? [] : updated.tail), ...installed.tail];
  throw new SetupError(
    `apt-get install ${packages.join(' ')} failed:\n${lines.map((line) => `  ${line}`).join('\n')}\n` +
      `Make 'apt-get install ${packages.join(' ')}' work, then try again.`,
  );
}

async function aptGet(args: string[], progress: Progress): Promise<{ ok: boolean; tail: string[] }> {
  const child = execa('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Dpkg::Use-Pty=0', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
  });
  const tail: string[] = [];
  for await (const line of child.iterable({ from: 'all' })) {
    tail.push(line);
    if (tail.length > 15) tail.shift();
    if (/^(Setting up|Fetched|Waiting for cache lock)/.test(line)) progress(`  ${line}`);
  }
  return { ok: (await child).exitCode === 0, tail };
}
