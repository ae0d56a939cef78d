/**
 * A close look at the calendar servers on a node: their processes, and what those have open, mapped, mounted and
 * connected. Parsing is pure; the readers only add the file's name.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { InstanceSeen } from '../common/protocol.ts';
import { parseSockets } from './sockets.ts';

/** A process or one of its files can be gone by the time it is read. */
function quietly<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

const read = (path: string) => quietly(() => readFileSync(path, 'utf8'), '');
const linkOf = (path: string) => quietly(() => readlinkSync(path), '');

/** Mount points in the text of /proc/PID/mountinfo, but for those that every container has. */
export function mountPointsIn(text: string): string[] {
  const points = text
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '/');
  return points.filter((point) => point !== '/' && !/^\/(dev|proc|sys|etc)\b/.test(point));
}

/** The innermost of `points` that a path is on. */
export function mountOf(path: string, points: readonly string[]): string | undefined {
  const around = points.filter((point) => `${path}/`.startsWith(`${point}/`));
  return around.toSorted((a, b) => b.length - a.length)[0];
}

/** Every process of the PID namespace of `pid`, with the words of its command line. */
function processesBeside(pid: number): { pid: number; words: string[] }[] {
  const space = linkOf(`/proc/${pid}/ns/pid`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && linkOf(`/proc/${name}/ns/pid`) === space)
    .map((name) => ({ pid: Number(name), words: read(`/proc/${name}/cmdline`).split('\0') }));
}

/** The program of an instance's process, wherever it lies: it is started with the base of its instance behind it. */
export function programIn(words: readonly string[], base: string): string | undefined {
  return words.find((word, index) => /\/lib\/\w+\.ts$/.test(word) && words[index + 1] === base);
}

/** What a process has open, as the kernel names it, and the files that it has mapped. */
function holdings(pid: number): string[] {
  const open = quietly(() => readdirSync(`/proc/${pid}/fd`), []).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  const mapped = read(`/proc/${pid}/maps`)
    .split('\n')
    .map((line) => line.split(/\s+/)[5] ?? '');
  return [...open, ...mapped];
}

/** The calendar servers with these bases that run on the node of process `node`, those without a process left out. */
export function instancesOf(node: number, bases: readonly string[]): InstanceSeen[] {
  const sockets = ['tcp', 'tcp6'].flatMap((table) => parseSockets(read(`/proc/${node}/net/${table}`)));
  const points = mountPointsIn(read(`/proc/${node}/mountinfo`));
  const all = processesBeside(node);
  return bases.flatMap((base) => {
    const processes = all.flatMap(({ pid, words }) => {
      const program = programIn(words, base);
      return program === undefined ? [] : [{ program, pid }];
    });
    if (processes.length === 0) return [];
    const held = new Set(processes.flatMap(({ pid }) => holdings(pid)));
    const files = [...held].filter((path) => path.startsWith('/')).sort();
    const own = sockets.filter(({ inode }) => held.has(`socket:[${inode}]`));
    const unique = (values: readonly string[]) => [...new Set(values)].sort();
    return [
      {
        base,
        processes,
        users: [...new Set(processes.map(({ pid }) => userOf(pid)))],
        files,
        mounts: unique(files.flatMap((path) => mountOf(path, points) ?? [])),
        listening: unique(own.filter(({ listens }) => listens).map(({ local }) => local)),
        connected: unique(own.filter(({ listens }) => !listens).map(({ remote }) => remote)),
      },
    ];
  });
}

function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? Number.NaN);
}
