/** A node boots: lays out the product's folders, finds its disks, joins the cluster, takes commands. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { until } from '../common/clock.ts';
import { run } from '../common/run.ts';
import { tell } from '../common/tell.ts';
import { Arrays } from './cluster/arrays.ts';
import { actBroken } from './cluster/broken.ts';
import { serveCommands } from './cluster/commands/server.ts';
import { Shell } from './cluster/shell.ts';
import { devicePath, type LunPath, readConfig } from './config.ts';

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

/** Registers this node's key, attaches its port, and reads the disk through it, as an operating system does at boot. */
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
  // -n only reads; 4 and 8 are what it says of a disk in use elsewhere, which at this point is nobody's concern.
  if (!lun.quorum) await run('e2fsck', ['-fn', devicePath(lun)], { accept: [0, 1, 4, 8, 12] });
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
actBroken(config, arrays, shell);
tell({ kind: 'up' });
