/** A node boots: lays out the product's folders, starts its syslog, joins the cluster, takes commands. */
import '../common/only-compile.ts';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { tell } from '../common/tell.ts';
import { runBootScripts } from './boot-scripts.ts';
import { Arrays } from './cluster/arrays.ts';
import { actBroken } from './cluster/broken.ts';
import { serveCommands } from './cluster/commands/server.ts';
import { watchPaths } from './cluster/disk-paths.ts';
import { Interconnect } from './cluster/interconnect.ts';
import { Keys } from './cluster/keys.ts';
import { ProcessMonitor } from './cluster/process-monitor.ts';
import { RepositoryDamaged, RepositoryFile } from './cluster/repository-file.ts';
import { type KeyReports, Shell, type ShellParts } from './cluster/shell.ts';
import { Syslog, startSyslogd } from './cluster/syslog.ts';
import { ArrayVolumes } from './cluster/volumes-on-arrays.ts';
import { type NodeConfig, type OwnDisk, readConfig } from './config.ts';
import { installAgent, installServer } from './ics/installer/install.ts';
import { thisNode } from './ics/installer/node.ts';
import { installedAt } from './ics/installer/record.ts';
import { baseOf, DEFAULT_ROOT } from './ics/places.ts';

/** Heartbeats of the product run in the real-time class; here a higher priority has to do. */
const PRIORITY = -15;
const here = new URL('.', import.meta.url).pathname;

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true, recursive: true });
  symlinkSync(target, path);
}

/** What the node has before anybody installs anything: the cluster software, and the installer of what comes on top. */
function layOut(): void {
  link(`${here}bin`, '/usr/cluster/bin');
  for (const type of readdirSync(`${here}cluster/types/registration`).filter((name) => name !== 'SUNW.scics'))
    link(`${here}cluster/types/registration/${type}`, `/usr/cluster/lib/rgm/rtreg/${type}`);
  for (const name of ['commsinstall', 'patchadd', 'patchrm'])
    link(`${here}ics/installer/bin/${name}`, `/usr/sbin/${name}`);
  for (const name of ['pkginfo', 'showrev']) link(`${here}ics/installer/bin/${name}`, `/usr/bin/${name}`);
  mkdirSync('/var/adm', { recursive: true });
}

/** A node's first boot finds on its own disk what an operator has installed there; a reboot finds it as it was left. */
function installOwn({ agent, servers }: OwnDisk): void {
  const node = thisNode();
  if (agent && installedAt(node, 'SUNWscics', DEFAULT_ROOT) === undefined) installAgent(node);
  for (const { root, configFolder } of servers) {
    if (installedAt(node, 'SUNWics5', root) !== undefined) continue;
    installServer(node, root);
    link(configFolder, join(baseOf(root), 'config'));
  }
}

/** What stands there of processes was true before the boot: their numbers now belong to others. */
function clearRunFolder(): void {
  const stale = readdirSync('/run').filter((name) => /^(ics|cluster$|syslog\.pid$)/.test(name));
  for (const name of stale) rmSync(join('/run', name), { recursive: true });
}

/** /etc/vfstab and mount points are made once: what an operator changes in them outlives a reboot. */
function prepareMounts({ vfstab, mountPoints }: NodeConfig): void {
  if (existsSync('/etc/vfstab')) return;
  writeFileSync('/etc/vfstab', vfstab);
  for (const point of mountPoints) mkdirSync(point, { recursive: true });
}

/** A node that cannot read its configuration stays out of the cluster. */
function shellOf(config: NodeConfig, parts: ShellParts): Shell {
  try {
    return new Shell(config, parts);
  } catch (error) {
    if (!(error instanceof RepositoryDamaged)) throw error;
    tell({ kind: 'panic', reason: error.message });
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

try {
  setPriority(PRIORITY);
} catch {
  tell({ kind: 'log', text: 'no higher priority for heartbeats: the container lacks SYS_NICE' });
}
const config = readConfig();
if (config.sabotage !== null) process.env['HA_SABOTAGE'] = config.sabotage;
layOut();
clearRunFolder();
prepareMounts(config);
installOwn(config.ownDisk);
startSyslogd(config.nodes.filter((node) => node !== config.name));
const logger = new Syslog();
const arrays = new Arrays(config);
const parts = {
  keys: (reports: KeyReports) => new Keys(config, arrays, reports),
  volumes: new ArrayVolumes(config, arrays),
  interconnect: new Interconnect(),
  processMonitor: new ProcessMonitor(),
  repositoryFile: new RepositoryFile(),
  logger,
};
const shell = shellOf(config, parts);
process.once('SIGTERM', async () => {
  await shell.end();
  await logger.end();
  process.exit(0);
});
await shell.start();
serveCommands(shell);
watchPaths(config.luns, shell);
actBroken(config, shell);
tell({ kind: 'up' });
runBootScripts();
