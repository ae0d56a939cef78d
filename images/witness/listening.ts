/** Sockets that processes of the calendar server's web server listen on. Parsing is pure; the readers add the file's name. */
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import type { ListeningSeen, ProcessSeen } from '../common/protocol.ts';

/** The kernel lists what listens before all connections, of which there can be thousands. */
const BEGINNING = 16 * 1024;
const LISTEN = '0A';

export interface ListeningSocket {
  inode: string;
  /** address:port */
  at: string;
}

/** In the text of /proc/PID/net/tcp or its IPv6 sister (proc(5)), or in its beginning. */
export function parseListening(text: string): ListeningSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTEN && inode !== undefined ? [{ inode, at: readable(local) }] : [];
  });
}

/** An address as the kernel prints it, in words of the machine's own byte order, which is that of x86. */
function readable(local: string): string {
  const [words = '', port = ''] = local.split(':');
  const bytes = (words.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed());
  const address =
    bytes.length === 4
      ? bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
      : `[${(bytes.join('').match(/.{4}/g) ?? []).join(':').toLowerCase()}]`;
  return `${address}:${Number.parseInt(port, 16)}`;
}

function beginningOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(BEGINNING);
    return buffer.toString('latin1', 0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}

function socketsOf(pid: number): Set<string> {
  const targets = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

/** Of some processes of the node with this process 1. */
export function listeningOf(node: number, processes: readonly ProcessSeen[]): ListeningSeen[] {
  if (processes.length === 0) return [];
  const listening = ['tcp', 'tcp6'].flatMap((table) =>
    parseListening(beginningOf(`/proc/${node}/net/${table}`)),
  );
  return processes.flatMap(({ pid, command }) => {
    const own = socketsOf(pid);
    return listening.filter(({ inode }) => own.has(inode)).map(({ at }) => ({ pid, command, at }));
  });
}
