/** Sockets that processes of the calendar server's web server listen on. */
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import type { ListeningSeen, ProcessSeen } from '../common/protocol.ts';
import { parseSockets } from './sockets.ts';

/** The kernel lists what listens before all connections, of which there can be thousands. */
const BEGINNING = 16 * 1024;

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
    parseSockets(beginningOf(`/proc/${node}/net/${table}`)).filter(({ listens }) => listens),
  );
  return processes.flatMap(({ pid, command }) => {
    const own = socketsOf(pid);
    return listening.filter(({ inode }) => own.has(inode)).map(({ local }) => ({ pid, command, at: local }));
  });
}
