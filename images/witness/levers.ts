/**
 * The levers that break a node from outside, as pulling its cables would: a program of its own, apart from the
 * witness, so that what is done and what is seen have different authors. Works on paused nodes too.
 */
import '../common/only-compile.ts';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveOrders } from '../common/tell.ts';
import { fillDisk, makeRoom } from './filling.ts';
import { parseMountinfo, processTree } from './proc.ts';

interface Link {
  ifname: string;
  addr_info?: { local?: string }[];
}

/** Interfaces of the node's network namespace, but for the loopback; only those with one of `addresses`, if given. */
function linksOf(pid: number, addresses?: string[]): string[] {
  const links = JSON.parse(inside(pid, ['ip', '-j', 'address'])) as Link[];
  const isMeant = ({ addr_info = [] }: Link) =>
    addresses === undefined || addr_info.some(({ local = '' }) => addresses.includes(local));
  return links.flatMap((link) => (link.ifname !== 'lo' && isMeant(link) ? [link.ifname] : []));
}

function inside(pid: number, command: string[], input = ''): string {
  return execFileSync('nsenter', ['--target', String(pid), '--net', ...command], { encoding: 'utf8', input });
}

function running(program: string, below: number): number[] {
  const named = ({ command }: { command: string }) => command.split(' ')[0]?.split('/').at(-1) === program;
  return processTree(below)
    .filter(named)
    .map(({ pid }) => pid);
}

/** Processes that run a script of this name, as cshttpd.ts. */
function runningScript(script: string, below: number): number[] {
  const isScript = (word: string) => word.endsWith(`/lib/${script}`);
  return processTree(below)
    .filter(({ command }) => command.split(' ').some(isScript))
    .map(({ pid }) => pid);
}

const known = new Map<number, string[]>();

function setLinks({ pid: of, addresses }: Record<string, unknown>, state: 'up' | 'down'): number {
  const pid = Number(of);
  const links =
    addresses === undefined ? (known.get(pid) ?? linksOf(pid)) : linksOf(pid, addresses as string[]);
  inside(pid, ['ip', '-batch', '-'], links.map((link) => `link set ${link} ${state}\n`).join(''));
  return links.length;
}

/** All processes of the PID namespace that process `pid` is in. */
function processesBeside(pid: number): number[] {
  const namespaceOf = (one: number) => {
    try {
      return readlinkSync(`/proc/${one}/ns/pid`);
    } catch {
      return '';
    }
  };
  const namespace = namespaceOf(pid);
  if (namespace === '') throw new Error(`there is no process ${pid}`);
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((one) => namespaceOf(one) === namespace);
}

/**
 * Stops all processes of a node, those that were started meanwhile too. Unlike the engine's pause it cannot fail, and
 * what is stopped can still be killed.
 */
function halt(pid: number): number {
  const halted = new Set<number>();
  for (;;) {
    const fresh = processesBeside(pid).filter((one) => !halted.has(one));
    if (fresh.length === 0) return halted.size;
    for (const one of fresh) {
      halted.add(one);
      try {
        process.kill(one, 'SIGSTOP');
      } catch {
        // It has ended by itself.
      }
    }
  }
}

/** Disks that a node has mounted go down with what is in its memory: its kernel is to write nothing after its end. */
function forgetMemory(pid: number): void {
  const mounts = parseMountinfo(readFileSync(`/proc/${pid}/mountinfo`, 'utf8'));
  shutDown(
    pid,
    mounts.map(({ point }) => point),
  );
}

function shutDown(pid: number, points: readonly string[], ...how: '--between-writes'[]): void {
  const paths = new Set(points.map((point) => join(`/proc/${pid}/root`, point)));
  if (paths.size > 0) execFileSync('perl', [join(import.meta.dirname, 'shut-down.pl'), ...how, ...paths]);
}

function frozen(how: '--freeze' | '--unfreeze', pid: number, point: string): void {
  execFileSync('fsfreeze', [how, join(`/proc/${pid}/root`, point)]);
}

/** What a node has mounted of these devices goes down under whoever uses it: nothing is written to them any more. */
function diskDown(pid: number, minors: readonly number[]): void {
  const mounts = parseMountinfo(readFileSync(`/proc/${pid}/mountinfo`, 'utf8'));
  const points = mounts.filter(({ minor }) => minors.includes(minor)).map(({ point }) => point);
  shutDown(pid, points, '--between-writes');
}

function victimsOf(pid: number, program: unknown, script: unknown): number[] {
  if (program !== undefined) return running(String(program), pid);
  return script === undefined ? [pid] : runningScript(String(script), pid);
}

/** Routes that lead nowhere: what the node sends there is lost, and nothing else of it changes. */
function setWays(pid: number, addresses: string[], change: 'add' | 'del'): void {
  const lines = addresses.map((address) => `route ${change} blackhole ${address}/32\n`).join('');
  inside(pid, ['ip', '-force', '-batch', '-'], lines);
}

/** The path of a file of the node's own disk, from here. */
const onDiskOf = (pid: number, path: string) => `/proc/${pid}/root${path}`;

function mountsInside(pid: number, command: string[]): void {
  execFileSync('nsenter', ['--target', String(pid), '--mount', ...command]);
}

await serveOrders(
  {
    'shut-ways': ({ pid, addresses }) => setWays(Number(pid), addresses as string[], 'add'),
    /** Of a node that has gone down since nothing is left to open. */
    'open-ways': ({ pid, addresses }) => {
      if (existsSync(`/proc/${pid}/ns/net`)) setWays(Number(pid), addresses as string[], 'del');
    },
    'replace-file': ({ pid, path, text }) => {
      const file = onDiskOf(Number(pid), String(path));
      renameSync(file, `${file}.as-it-was`);
      writeFileSync(file, String(text), { mode: 0o755 });
    },
    'restore-file': ({ pid, path }) => {
      const file = onDiskOf(Number(pid), String(path));
      renameSync(`${file}.as-it-was`, file);
    },
    'mount-inside': ({ pid, path }) =>
      mountsInside(Number(pid), ['mount', '--bind', String(path), String(path)]),
    'unmount-inside': ({ pid, path }) => mountsInside(Number(pid), ['umount', String(path)]),
    'disk-down': ({ pid, minors }) => diskDown(Number(pid), minors as number[]),
    fill: ({ pid, point }) => fillDisk(join(`/proc/${pid}/root`, String(point))),
    // What is frozen has nothing left in memory, and takes no writes until it is thawed.
    freeze: ({ pid, point }) => frozen('--freeze', Number(pid), String(point)),
    thaw: ({ pid, point }) => frozen('--unfreeze', Number(pid), String(point)),
    'make-room': ({ pid, point }) => makeRoom(join(`/proc/${pid}/root`, String(point))),
    /** Looks the links up beforehand, so that the fault itself is quick. */
    prepare: ({ pid }) => {
      known.set(Number(pid), linksOf(Number(pid)));
    },
    /** All of a node's, or those with certain addresses. */
    'links-down': (order) => setLinks(order, 'down'),
    'links-up': (order) => setLinks(order, 'up'),
    halt: ({ pid }) => halt(Number(pid)),
    /** A node with its memory; or, of a process and its descendants, only those that run a program or a script. */
    kill: ({ pid, program, script, ifAny }) => {
      if (program === undefined && script === undefined) forgetMemory(Number(pid));
      const victims = victimsOf(Number(pid), program, script);
      if (victims.length === 0 && ifAny !== true)
        throw new Error(`no ${program ?? script} runs below process ${pid}`);
      for (const victim of victims) process.kill(victim, 'SIGKILL');
    },
  },
  () => process.exit(0),
);
