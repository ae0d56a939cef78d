/** Reads the kernel's tables of another process' namespaces. Parsing is pure; the readers only add the file's name. */
import { readdirSync, readFileSync } from 'node:fs';
import type { MountSeen, ProcessSeen } from '../common/protocol.ts';

const LOOP_MAJOR = 7;
/** Size that a cut port has left, in sectors of 512 bytes. */
const CUT_SECTORS = 1;
const LONGEST_COMMAND = 200;

export interface LoopMount {
  point: string;
  minor: number;
  readOnly: boolean;
}

/** Mounts of loop devices in the text of /proc/PID/mountinfo (proc(5)). */
export function parseMountinfo(text: string): LoopMount[] {
  return text.split('\n').flatMap((line) => {
    const [mount = '', superblock = ''] = line.split(' - ');
    const [, , device = '', , point = '', options = ''] = mount.split(' ');
    // A file system that went read-only after an error says so in its superblock's options alone.
    const [, , superOptions = ''] = superblock.split(' ');
    const [major, minor] = device.split(':').map(Number);
    if (major !== LOOP_MAJOR || minor === undefined) return [];
    const readOnly = [...options.split(','), ...superOptions.split(',')].includes('ro');
    return [{ point: unescaped(point), minor, readOnly }];
  });
}

/** The kernel writes blanks, line ends and backslashes in a path as octal numbers. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * Addresses that this node can be reached at, from /proc/PID/net/fib_trie. The kernel keeps those of a link that is
 * down, but not the route to the link's network.
 */
export function parseFibTrie(text: string): string[] {
  const found = new Set<string>();
  const linked: { network: number; size: number }[] = [];
  let address = '';
  for (const line of text.split('\n')) {
    const leaf = /\|-- (\d+\.\d+\.\d+\.\d+)/.exec(line);
    const link = /\/(\d+) link UNICAST/.exec(line);
    if (leaf?.[1]) address = leaf[1];
    else if (link) linked.push({ network: numberOf(address), size: 2 ** (32 - Number(link[1])) });
    else if (/\/32 host LOCAL/.test(line) && !address.startsWith('127.')) found.add(address);
  }
  const isUp = (one: string) => {
    const number = numberOf(one);
    return linked.some(({ network, size }) => number >= network && number < network + size);
  };
  return [...found].filter(isUp).sort();
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

const read = (path: string) => readFileSync(path, 'utf8');

export function mountsOf(pid: number): MountSeen[] {
  return parseMountinfo(read(`/proc/${pid}/mountinfo`)).map(({ point, minor, readOnly }) => {
    const { backing, cut } = portOf(minor);
    return { point, device: `${LOOP_MAJOR}:${minor}`, backing, cut, readOnly };
  });
}

/** What is behind a loop device, through a stacked one if need be, and whether it was cut at any level. */
function portOf(minor: number): { backing: string; cut: boolean } {
  try {
    const cut = Number(read(`/sys/block/loop${minor}/size`)) <= CUT_SECTORS;
    const backing = read(`/sys/block/loop${minor}/loop/backing_file`).trim();
    // The file of a mirror whose daemon has ended has lost its name; nothing can be written to it.
    if (backing === '/') return { backing: '', cut: true };
    const stacked = /^\/(?:dev\/)?loop(\d+)$/.exec(backing);
    if (stacked === null) return { backing, cut };
    const inner = portOf(Number(stacked[1]));
    return { backing: inner.backing, cut: cut || inner.cut };
  } catch {
    // No longer attached: nothing can be written through it.
    return { backing: '', cut: true };
  }
}

export function addressesOf(pid: number): string[] {
  return parseFibTrie(read(`/proc/${pid}/net/fib_trie`));
}

/** False once a process has ended, a zombie included. */
export function lives(pid: number): boolean {
  try {
    const stat = read(`/proc/${pid}/stat`);
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2)[0] ?? 'X');
  } catch {
    return false;
  }
}

/** Process `pid` and all that descend from it, with the CPU time of each so far in clock ticks. */
export function processTree(pid: number): (ProcessSeen & { ticks: number })[] {
  try {
    const stat = read(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const command = read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim().slice(0, LONGEST_COMMAND);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      read(`/proc/${pid}/task/${task}/children`)
        .split(' ')
        .filter((child) => child !== '')
        .map(Number),
    );
    return [{ pid, command, ticks }, ...children.flatMap(processTree)];
  } catch {
    return [];
  }
}
