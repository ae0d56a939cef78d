/**
 * The levers that break a node from outside, as pulling its cables would: a program of its own, apart from the
 * witness, so that what is done and what is seen have different authors. Works on paused nodes too.
 */
import { execFileSync } from 'node:child_process';
import { serveOrders } from '../common/tell.ts';

/** Interfaces of the node's network namespace, but for the loopback. */
function linksOf(pid: number): string[] {
  const links = JSON.parse(inside(pid, ['ip', '-j', 'link'])) as { ifname: string }[];
  return links.map(({ ifname }) => ifname).filter((name) => name !== 'lo');
}

function inside(pid: number, command: string[], input = ''): string {
  return execFileSync('nsenter', ['--target', String(pid), '--net', ...command], { encoding: 'utf8', input });
}

const known = new Map<number, string[]>();

function setLinks(pid: number, state: 'up' | 'down'): number {
  const links = known.get(pid) ?? linksOf(pid);
  inside(pid, ['ip', '-batch', '-'], links.map((link) => `link set ${link} ${state}\n`).join(''));
  return links.length;
}

await serveOrders(
  {
    /** Looks the links up beforehand, so that the fault itself is quick. */
    prepare: ({ pid }) => {
      known.set(Number(pid), linksOf(Number(pid)));
    },
    'links-down': ({ pid }) => setLinks(Number(pid), 'down'),
    'links-up': ({ pid }) => setLinks(Number(pid), 'up'),
    kill: ({ pid }) => {
      process.kill(Number(pid), 'SIGKILL');
    },
  },
  () => process.exit(0),
);
