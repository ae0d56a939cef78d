/**
 * The levers that break a node from outside, as pulling its cables would: a program of its own, apart from the
 * witness, so that what is done and what is seen have different authors. Works on paused nodes too.
 */
import { execFileSync } from 'node:child_process';
import { serveOrders } from '../common/tell.ts';
import { processTree } from './proc.ts';

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

const known = new Map<number, string[]>();

function setLinks({ pid: of, addresses }: Record<string, unknown>, state: 'up' | 'down'): number {
  const pid = Number(of);
  const links =
    addresses === undefined ? (known.get(pid) ?? linksOf(pid)) : linksOf(pid, addresses as string[]);
  inside(pid, ['ip', '-batch', '-'], links.map((link) => `link set ${link} ${state}\n`).join(''));
  return links.length;
}

await serveOrders(
  {
    /** Looks the links up beforehand, so that the fault itself is quick. */
    prepare: ({ pid }) => {
      known.set(Number(pid), linksOf(Number(pid)));
    },
    /** All of a node's, or those with certain addresses. */
    'links-down': (order) => setLinks(order, 'down'),
    'links-up': (order) => setLinks(order, 'up'),
    /** A process, or of it and its descendants only those that run a program. */
    kill: ({ pid, program }) => {
      const victims = program === undefined ? [Number(pid)] : running(String(program), Number(pid));
      if (victims.length === 0) throw new Error(`no ${program} runs below process ${pid}`);
      for (const victim of victims) process.kill(victim, 'SIGKILL');
    },
  },
  () => process.exit(0),
);
