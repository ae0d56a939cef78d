/**
 * Global file systems: those with the option "global" in /etc/vfstab, seen on every member while one node, the primary
 * of their device group, has them mounted from the disk. Looks again and again at what there should be and makes it so.
 */
import { every, monotonicMs } from '../../common/clock.ts';
import { tell } from '../../common/tell.ts';
import type { DeviceGroupConfig, NodeConfig } from '../config.ts';
import { type Aim, setViews } from '../global-mounts/calls.ts';
import { DeviceBusy, ReservationConflict } from './arrays.ts';
import type { State } from './core/types.ts';
import { primaryOf, type Standing, servedBy } from './global/placing.ts';
import { type GlobalFileSystem, Serving } from './global/serving.ts';
import { type DevicesOfMounts, mayStart, standingOf } from './global/standing.ts';
import type { Logger } from './syslog.ts';
import { parseVfstab, VfstabError, type VfstabLine } from './types/vfstab.ts';
import { inUse } from './types/volumes-in-use.ts';
import type { Volumes } from './volumes.ts';

const LOOK_EVERY_MS = 200;
/** As the methods of storage have it (SEMANTICS). */
const MOUNT_TIMEOUT_MS = 1_800_000;
const FIRST_PORT = 3300;
const PLACE = '/var/cluster/global';
const LOOPBACK = '127.0.0.1';
const DCS = 'Cluster.PXFS';

export interface GlobalHost {
  config: NodeConfig;
  volumes: Volumes;
  logger: Logger;
  state(): State;
  /** The text of /etc/vfstab. */
  vfstab(): Promise<string>;
  panic(reason: string): never;
}

export class GlobalFileSystems {
  readonly #host: GlobalHost;
  readonly #serving = new Map<string, { deviceGroup: string; serving: Serving }>();
  /** Device groups that are to go, whatever the state says: an operator's switch, or the node's end. */
  readonly #leaving = new Set<string>();
  /** One pass after the other. */
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #told = new Set<string>();
  #stop: () => void = () => undefined;
  readonly #abort = new AbortController();

  constructor(host: GlobalHost) {
    this.#host = host;
  }

  start(): void {
    if (this.#host.config.globalMounts === null) return;
    this.#stop = every(LOOK_EVERY_MS, () => {
      if (this.#waiting === 0) void this.#next();
    });
  }

  /** Takes down what this node serves of a device group, so that another one can. */
  async letGo(deviceGroup: string): Promise<void> {
    this.#leaving.add(deviceGroup);
    try {
      await this.#inTurn(() => this.#endGroup(deviceGroup));
    } finally {
      this.#leaving.delete(deviceGroup);
    }
  }

  async end(): Promise<void> {
    this.#stop();
    for (const { name } of this.#host.volumes.deviceGroups) this.#leaving.add(name);
    await this.#inTurn(async () => {
      for (const name of this.#leaving) await this.#endGroup(name);
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#waiting += 1;
    const turn = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #next(): Promise<void> {
    return this.#inTurn(() => this.#pass()).catch((error: Error) => this.#say(error));
  }

  /** Each trouble once, until it is another one. */
  #say(error: Error): void {
    if (error instanceof ReservationConflict) this.#host.panic(`failfast: ${error.message}`);
    if (error instanceof DeviceBusy || this.#told.has(error.message)) return;
    this.#told.add(error.message);
    this.#host.logger.log('warning', DCS, 'Global file systems: %s', error.message);
    tell({ kind: 'log', text: `global file systems: ${error.message}` });
  }

  async #pass(): Promise<void> {
    const { volumes } = this.#host;
    const lines = await this.#lines();
    const mounts: DevicesOfMounts = new Map(lines.map(({ mountPoint, device }) => [mountPoint, device]));
    const all = lines.flatMap((entry) => this.#globalOf(entry));
    const troubles: Error[] = [];
    const groups = volumes.deviceGroups.filter(({ name }) => all.some((one) => one.deviceGroup === name));
    for (const group of groups) {
      const ofGroup = all.filter(({ deviceGroup }) => deviceGroup === group.name);
      await this.#settle(group, this.#standing(group, mounts), ofGroup).catch((e: Error) => troubles.push(e));
    }
    await this.#show(all, mounts).catch((error: Error) => troubles.push(error));
    if (troubles.length === 0) this.#told = new Set();
    for (const trouble of troubles) this.#say(trouble);
  }

  #standing(group: DeviceGroupConfig, mounts: DevicesOfMounts): Standing {
    return standingOf(this.#host.state(), group, this.#host.volumes, mounts);
  }

  async #lines(): Promise<VfstabLine[]> {
    try {
      return parseVfstab(await this.#host.vfstab());
    } catch (error) {
      // Half a line while an operator writes it is no reason to take away what is mounted.
      if (error instanceof VfstabError)
        throw new Error(`${error.message}; all stays as it is until it is mended`);
      throw error;
    }
  }

  #globalOf(entry: VfstabLine): GlobalFileSystem[] {
    const { volumes } = this.#host;
    const found = entry.options.includes('global') ? volumes.find(entry.device) : undefined;
    if (found === undefined || !entry.mountAtBoot) return [];
    const [deviceGroup, volume] = [found.deviceGroup.name, found.volume.name];
    const names = volumes.deviceGroups.flatMap((group) =>
      group.volumes.map(({ name }) => `${group.name}/${name}`),
    );
    const port = FIRST_PORT + names.indexOf(`${deviceGroup}/${volume}`);
    const directory = `${PLACE}/${deviceGroup}/${volume}`;
    return [{ mountPoint: entry.mountPoint, entry, deviceGroup, volume, directory, port }];
  }

  /** Begins or ends to serve a device group's file systems here. */
  async #settle(group: DeviceGroupConfig, standing: Standing, all: GlobalFileSystem[]): Promise<void> {
    const { config, volumes, state, logger } = this.#host;
    if (this.#leaving.has(group.name)) return;
    if (standing.members.length > 0 && primaryOf(group, standing) !== config.name) {
      await this.#endGroup(group.name);
      await this.#giveBack(group.name, all);
      return;
    }
    for (const fileSystem of all) {
      const { mountPoint, volume } = fileSystem;
      if (this.#serving.get(mountPoint)?.serving.ended === false) continue;
      if (standing.members.length === 0 || !mayStart(state(), monotonicMs())) return;
      await inUse.master(volumes, group.name, userOf(mountPoint));
      const device = await volumes.open(group.name, volume);
      const limits = { timeoutMs: MOUNT_TIMEOUT_MS, signal: this.#abort.signal };
      const serving = await Serving.start(fileSystem, device, limits);
      this.#serving.set(mountPoint, { deviceGroup: group.name, serving });
      logger.log('notice', DCS, 'This node is the primary of %s on %s.', mountPoint, group.name);
    }
    for (const { mountPoint } of all)
      this.#serving
        .get(mountPoint)
        ?.serving.allow([LOOPBACK, ...standing.members.flatMap((n) => this.#addressesOf(n))]);
  }

  /**
   * What this node masters and nobody here uses: by an operator's order that another one overtook, or because a mount
   * failed. The next primary cannot have it before.
   */
  async #giveBack(deviceGroup: string, all: GlobalFileSystem[]): Promise<void> {
    const { volumes, state } = this.#host;
    for (const { mountPoint } of all) await inUse.release(volumes, deviceGroup, userOf(mountPoint));
    const device = state().devices[deviceGroup];
    if (device?.mastered && !device.busy && inUse.isFree(deviceGroup)) await volumes.release(deviceGroup);
  }

  async #endGroup(deviceGroup: string): Promise<void> {
    const { volumes, logger } = this.#host;
    for (const [mountPoint, one] of [...this.#serving].reverse()) {
      if (one.deviceGroup !== deviceGroup) continue;
      const onKilled = (pids: number[]) =>
        logger.log('notice', DCS, 'Forced unmount of %s: killing processes %s', mountPoint, pids.join(', '));
      await one.serving.end({ signal: this.#abort.signal, onKilled });
      this.#serving.delete(mountPoint);
      await volumes.close(deviceGroup, one.serving.volume);
      await inUse.release(volumes, deviceGroup, userOf(mountPoint));
      logger.log('notice', DCS, 'This node serves %s no longer.', mountPoint);
    }
  }

  /** Tells the daemon beside the node where each file system is to be had, and lays the disk over what it shows. */
  async #show(all: GlobalFileSystem[], mounts: DevicesOfMounts): Promise<void> {
    const { config, volumes } = this.#host;
    const views: Aim[] = all.flatMap(({ mountPoint, directory, deviceGroup, port }) => {
      const group = volumes.deviceGroups.find(({ name }) => name === deviceGroup);
      if (group === undefined) return [];
      const node = servedBy(group, this.#standing(group, mounts));
      if (config.sabotage === 'global-on-primary-only' && node !== config.name) return [];
      const addresses = node === null ? [] : node === config.name ? [LOOPBACK] : this.#addressesOf(node);
      return [{ mountPoint, directory, addresses, port }];
    });
    const mounted = await setViews(config.globalMounts ?? LOOPBACK, views);
    for (const mountPoint of mounted) await this.#serving.get(mountPoint)?.serving.coverView();
  }

  #addressesOf(node: string): string[] {
    const { name, interconnects } = this.#host.config;
    return interconnects.flatMap(({ self, peers }) => (node === name ? self : (peers[node] ?? [])));
  }
}

/** As a user of the device group: it is released when no file system of either kind needs it. */
function userOf(mountPoint: string): string {
  return `global ${mountPoint}`;
}
