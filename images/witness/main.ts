/**
 * The witness: watches the nodes from outside, in the host's process namespace, by what the kernel says of them. It
 * asks nothing of the cluster, and goes on when a node hangs or dies. It tells changes, and once a second how often
 * it looked, so that a drill can tell whether it was blind.
 */
import '../common/only-compile.ts';
import { setPriority } from 'node:os';
import { after, every, monotonicMs } from '../common/clock.ts';
import type { ProcessSeen, WitnessEvent } from '../common/protocol.ts';
import { serveOrders, tell } from '../common/tell.ts';
import { audit } from './audit.ts';
import { compare } from './compare.ts';
import { fileOf } from './files.ts';
import { instancesOf } from './instances.ts';
import { listeningOf } from './listening.ts';
import { keepLooking } from './pace.ts';
import { beginningOf, lives, mountsOf, processTree, routesOf } from './proc.ts';
import { snapshotOf } from './snapshot.ts';
import { disksOf, roomOn, speedOf } from './storage.ts';

const LOOK_EVERY_MS = 5;
/** Process tables cost more to read than mounts and addresses. */
const PROCESSES_EVERY_MS = 40;
/** What a server listens on does not change while it runs. */
const LISTENING_EVERY_MS = 500;
const SERVER = /\/lib\/cshttpd\.ts\b/;
const MS_PER_TICK = 10;
const STORAGE_EVERY_MS = 20;
const SPEED_EVERY_MS = 100;
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

/** Out of turn, so that whatever is done after it has a "before". */
function lookNow(on: Watched): void {
  lookAtTablesOf(on);
  lookAtProcessesOf(on);
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

const measured = new Set<string>();

/** One after the other, since a slow disk may take longer than the time between two. */
async function keepMeasuring(array: string, pid: number, file: string): Promise<void> {
  if (measured.has(array)) return;
  measured.add(array);
  const measure = async () => {
    const event = await speedOf(array, pid, file);
    if (event !== undefined) tell(event);
    after(SPEED_EVERY_MS, () => void measure());
  };
  await measure();
}

/** Parts of the storage that are looked at beside the nodes, by name: what was told of each last. */
const beside = new Map<string, WitnessEvent>();

/** `fresh`: what is to be told, unless it is what was told before. The first look is at once, so that there is a "before". */
function lookAt(name: string, fresh: (before: WitnessEvent | undefined) => WitnessEvent | undefined): void {
  const isNew = !beside.has(name);
  const look = () => {
    const event = fresh(beside.get(name));
    if (event === undefined) return;
    beside.set(name, event);
    tell(event);
  };
  look();
  if (isNew) every(STORAGE_EVERY_MS, look);
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
        node: String(node),
        pid: Number(pid),
        told: new Map(),
        files: [],
        cpuMs: 0,
        servers: [],
      };
      if (!lives(on.pid))
        throw new Error(`there is no process ${pid} for ${node}: is this the engine's host?`);
      watched.set(on.node, on);
      tell({ kind: 'node-seen', node: on.node, pid: on.pid });
      lookNow(on);
    },
    look: () => {
      if (monotonicMs() < awayUntilMs) return;
      for (const on of [...watched.values()]) lookNow(on);
      tell({ kind: 'looked' });
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
    /** A close look at the calendar servers with these bases, as far as they run on this node. */
    instances: ({ node, bases }) => {
      const on = watched.get(String(node));
      const instances = on === undefined ? [] : instancesOf(on.pid, bases as string[]);
      tell({ kind: 'instances', node: String(node), instances });
      return instances;
    },
    'watch-array': ({ array, pid, file }) => {
      const what = () => disksOf(String(array), Number(pid), String(file));
      lookAt(String(array), (before) => {
        const now = what();
        return JSON.stringify(before) === JSON.stringify(now) ? undefined : now;
      });
    },
    'watch-speed': ({ array, pid, file }) => keepMeasuring(String(array), Number(pid), String(file)),
    'watch-room': ({ node, pid, point }) =>
      lookAt(`${node}:${point}`, (before) => {
        const now = roomOn(String(node), Number(pid), String(point));
        // How much there is changes all the time; whether there is any is what matters.
        return before?.kind === 'room' && before.full === now?.full ? undefined : now;
      }),
    compare: ({ volume, luns, minors, bytes }) =>
      compare(String(volume), luns as [string, string], minors as [number, number], Number(bytes)),
    /** A file or folder of a node; its content is told, and returned. */
    see: ({ node, path }) => {
      const on = watched.get(String(node));
      if (on === undefined) throw new Error(`${node} is not watched: it has ended, or never was`);
      const seen = fileOf(on.node, on.pid, String(path));
      tell(seen);
      return seen.content;
    },
    /** All files below some folders of a node, as far as they are on its own disk; those below `shared`, wherever they are. */
    snapshot: ({ node, folders, shared }) => {
      const on = watched.get(String(node));
      if (on === undefined) throw new Error(`${node} is not watched: it has ended, or never was`);
      return snapshotOf(on.pid, folders as string[], shared as string[]);
    },
    audit: ({ lun, minor, store }) => audit(String(lun), Number(minor), String(store)),
  },
  () => process.exit(0),
);
