/** A node boots: lays out the product's folders, finds its disks, joins the cluster, takes commands. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { until } from '../common/clock.ts';
import { tell } from '../common/tell.ts';
import { Arrays } from './cluster/arrays.ts';
import { actBroken } from './cluster/broken.ts';
import { serveCommands } from './cluster/commands/server.ts';
import { watchPaths } from './cluster/disk-paths.ts';
import { Shell } from './cluster/shell.ts';
import { type LunPath, readConfig } from './config.ts';

const DISKS_DEADLINE_MS = 30_000;
/** Heartbeats of the product run in the real-time class; here a higher priority has to do. */
const PRIORITY = -15;
const here = new URL('.', import.meta.url).pathname;

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true, recursive: true });
  symlinkSync(target, path);
}

/** The installed tree: cal-svr-base on the local disk, its configuration on the shared one (guide §6.6.3). */
function layOut(): void {
  link(`${here}bin`, '/usr/cluster/bin');
  link(`${here}ics/sbin`, '/opt/SUNWics5/cal/sbin');
  link(`${here}ics`, '/opt/SUNWics5/cal/lib');
  link('/cal/config', '/opt/SUNWics5/cal/config');
}

/** Registers this node's key on a disk and attaches its port to it, waiting for an array that is still starting. */
async function findDisk(arrays: Arrays, lun: LunPath): Promise<void> {
  let trouble = '';
  await until(
    `disk ${lun.array}/${lun.lun}`,
    DISKS_DEADLINE_MS,
    () =>
      arrays.register(lun).then(
        () => true,
        (error: Error) => {
          trouble = error.message;
          return undefined;
        },
      ),
    { missing: () => trouble },
  );
  await arrays.attach(lun);
}

try {
  setPriority(PRIORITY);
} catch {
  tell({ kind: 'log', text: 'no higher priority for heartbeats: the container lacks SYS_NICE' });
}
const config = readConfig();
if (config.sabotage !== null) process.env['HA_SABOTAGE'] = config.sabotage;
writeFileSync('/etc/vfstab', config.vfstab);
for (const point of config.mountPoints) mkdirSync(point, { recursive: true });
layOut();
const arrays = new Arrays(config);
await Promise.all(config.luns.map((lun) => findDisk(arrays, lun)));
const shell = new Shell(config, arrays);
await shell.start();
serveCommands(shell);
watchPaths(config.luns, shell);
actBroken(config, arrays, shell);
tell({ kind: 'up' });
