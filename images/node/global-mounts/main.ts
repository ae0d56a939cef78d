/**
 * Shows global file systems on the node that it is beside. It is as a part of the node's kernel: in the node's network
 * and among its processes, and gone with them. It must never be paused: a process that waits for a file system in user
 * space cannot be, and so the node could not.
 */
import '../../common/only-compile.ts';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { every } from '../../common/clock.ts';
import { run } from '../../common/run.ts';
import { serveOrders, tell } from '../../common/tell.ts';
import { readConfig } from '../config.ts';
import { type Aim, SERVICE_PORT } from './calls.ts';
import { View } from './view.ts';

const CHECK_PATHS_MS = 500;
const LOOPBACK = '127.0.0.1';

const own = readConfig().interconnects.map(({ self }) => self);
const views = new Map<string, View>();

/** Of this node's interconnects, those whose link is up. */
function pathsUp(): Set<string> {
  const up = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  return new Set(own.filter((address) => up.includes(address)));
}

/** The kernel says at once when a link goes down; nobody may be left waiting for what comes over it. */
function watchLinks(): void {
  const monitor = spawn('ip', ['monitor', 'link'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const look = () => {
    const up = pathsUp();
    for (const view of views.values()) view.pathsUp(up);
  };
  monitor.stdout.on('data', look);
  every(CHECK_PATHS_MS, look);
}

let last: Promise<unknown> = Promise.resolve();

async function setViews(aims: Aim[]): Promise<string[]> {
  for (const [mountPoint, view] of views) {
    if (aims.some((aim) => aim.mountPoint === mountPoint)) continue;
    views.delete(mountPoint);
    await view.end();
  }
  for (const aim of aims) {
    const view = views.get(aim.mountPoint) ?? new View(aim);
    views.set(aim.mountPoint, view);
    view.aim(aim);
    view.pathsUp(pathsUp());
    await view.mount();
  }
  const table = await run(
    'nsenter',
    ['-t', '1', '-m', '--', 'findmnt', '-rn', '-t', 'fuse.sshfs', '-o', 'TARGET'],
    { accept: [0, 1] },
  );
  return table.split('\n').filter((point) => views.has(point));
}

await run('nsenter', [
  '-t',
  '1',
  '-m',
  '--',
  'sh',
  '-c',
  'test -e /dev/fuse || mknod -m 600 /dev/fuse c 10 229',
]);
watchLinks();
every(CHECK_PATHS_MS, () => {
  for (const view of views.values()) void view.checkPaths();
});
const server = createServer(async (request, response) => {
  try {
    let text = '';
    for await (const piece of request) text += piece;
    const { views: aims } = JSON.parse(text) as { views: Aim[] };
    const turn = last.then(() => setViews(aims));
    last = turn.catch(() => undefined);
    response.end(JSON.stringify({ mounted: await turn }));
  } catch (error) {
    response
      .writeHead(500)
      .end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  }
});
server.listen(SERVICE_PORT, LOOPBACK, () => tell({ kind: 'log', text: 'ready to show global file systems' }));
await serveOrders({}, () => process.exit(0));
