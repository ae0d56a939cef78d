/**
 * The witness: watches the nodes from outside, in the host's process namespace, by what the kernel says of them. It
 * asks nothing of the cluster, and goes on when a node hangs or dies. It tells changes, and once a second how often
 * it looked, so that a drill can tell whether it was blind.
 */
import { setPriority } from 'node:os';
import { after, every, monotonicMs } from '../common/clock.ts';
import type { ProcessSeen, WitnessEvent } from '../common/protocol.ts';
import { serveOrders, tell } from '../common/tell.ts';
import { audit } from './audit.ts';
import { listeningOf } from './listening.ts';
import { beginningOf, lives, mountsOf, processTree, routesOf } from './proc.ts';

const LOOK_EVERY_MS = 5;
/** Process tables cost more to read than mounts and addresses. */
const PROCESSES_EVERY_MS = 40;
/** Each kind of looking takes at most one part in so many of a processor, however many nodes there are. */
const PARTS = 5;
/** What a server listens on does not change while it runs. */
const LISTENING_EVERY_MS = 500;
const SERVER = /\/lib\/cshttpd\.ts\b/;
const MS_PER_TICK = 10;
/** It must see what happens while everything else is busy making it happen. */
const PRIORITY = -15;

interface Watched {
  node: string;
  pid: number;
  told: Map<string, string>;
  /** Paths of files on its disk that are looked at too. */
  files: string[];
  cpuMs: number;
  /** Web servers of calendar instances that ran at the last look. */
  servers: ProcessSeen[];
}

const watched = new Map<string, Watched>();
let looks = 0;
let longestGapMs = 0;
let lastLookMs = monotonicMs();
/** The sabotage "blind-witness": until then it does not look. */
let awayUntilMs = 0;

function tellIfChanged(on: Watched, event: WitnessEvent): void {
  const text = JSON.stringify(event);
  const key = event.kind === 'file' ? event.path : event.kind;
  if (on.told.get(key) === text) return;
  on.told.set(key, text);
  tell(event);
}

/** Reads `what` of a node, unless the node has just ended. */
function look(on: Watched, what: () => WitnessEvent): void {
  try {
    tellIfChanged(on, what());
  } catch {
    if (lives(on.pid) || watched.get(on.node) !== on) return;
    watched.delete(on.node);
    tell({ kind: 'node-gone', node: on.node, pid: on.pid });
  }
}

function lookAtTables(): void {
  const now = monotonicMs();
  if (now < awayUntilMs) return;
  longestGapMs = Math.max(longestGapMs, now - lastLookMs);
  lastLookMs = now;
  looks += 1;
  for (const on of [...watched.values()]) lookAtTablesOf(on);
}

function lookAtTablesOf(on: Watched): void {
  const { node, pid } = on;
  look(on, () => ({ kind: 'mounts', node, mounts: mountsOf(pid) }));
  look(on, () => {
    const { addresses, blackholes } = routesOf(pid);
    // Most nodes never have any.
    if (on.told.has('blackholes') || blackholes.length > 0)
      tellIfChanged(on, { kind: 'blackholes', node, addresses: blackholes });
    return { kind: 'addresses', node, addresses };
  });
}

function lookAtFilesOf(on: Watched): void {
  const { node, pid } = on;
  for (const path of on.files) look(on, () => ({ kind: 'file', node, path, text: beginningOf(pid, path) }));
}

function lookAtProcessesOf(on: Watched): void {
  const tree = processTree(on.pid);
  if (tree.length === 0) return;
  look(on, () => ({
    kind: 'processes',
    node: on.node,
    processes: tree.map(({ pid, command }) => ({ pid, command })),
  }));
  on.servers = tree
    .filter(({ command }) => SERVER.test(command))
    .map(({ pid, command }) => ({ pid, command }));
  on.cpuMs = tree.reduce((sum, { ticks }) => sum + ticks, 0) * MS_PER_TICK;
}

function lookAtListening(on: Watched): void {
  const { node, pid, servers } = on;
  // A node without a web server has never listened, or stopped before the next look.
  if (servers.length > 0) look(on, () => ({ kind: 'listening', node, sockets: listeningOf(pid, servers) }));
}

function keepLooking(look: () => void, periodMs: number): void {
  const beganMs = monotonicMs();
  look();
  const tookMs = monotonicMs() - beganMs;
  after(Math.max(periodMs - tookMs, tookMs * (PARTS - 1)), () => keepLooking(look, periodMs));
}

try {
  setPriority(PRIORITY);
} catch {
  tell({ kind: 'log', text: 'no higher priority for the witness: the container lacks SYS_NICE' });
}
keepLooking(lookAtTables, LOOK_EVERY_MS);
keepLooking(() => {
  for (const on of [...watched.values()]) {
    lookAtProcessesOf(on);
    lookAtFilesOf(on);
  }
}, PROCESSES_EVERY_MS);
every(LISTENING_EVERY_MS, () => {
  for (const on of [...watched.values()]) lookAtListening(on);
});
every(1000, () => {
  tell({ kind: 'looks', looks, longestGapMs });
  for (const { node, cpuMs } of watched.values()) tell({ kind: 'cpu', node, cpuMs });
  looks = 0;
  longestGapMs = 0;
});

await serveOrders(
  {
    watch: ({ node, pid }) => {
      const on = {
        ...{ node: String(node), pid: Number(pid), told: new Map(), cpuMs: 0 },
        ...{ files: [], servers: [] },
      };
      if (!lives(on.pid))
        throw new Error(`there is no process ${pid} for ${node}: is this the engine's host?`);
      watched.set(on.node, on);
      tell({ kind: 'node-seen', node: on.node, pid: on.pid });
      // At once, so that whatever is done to it after the reply has a "before".
      lookAtTablesOf(on);
      lookAtProcessesOf(on);
    },
    'watch-file': ({ node, path }) => {
      const on = watched.get(String(node));
      if (on === undefined) throw new Error(`${node} is not watched`);
      on.files = [...new Set([...on.files, String(path)])];
      lookAtFilesOf(on);
    },
    'look-away': ({ forMs }) => {
      awayUntilMs = monotonicMs() + Number(forMs);
    },
    audit: ({ lun, minor, store }) => audit(String(lun), Number(minor), String(store)),
  },
  () => process.exit(0),
);
