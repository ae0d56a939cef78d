/** Device groups on this node: mastering them, and devices on their volumes. The contract; see volumes-on-arrays.ts. */
import type { DeviceGroupConfig, Volume } from '../config.ts';

/** One half of a mirrored volume, as metastat shows it. */
export interface Submirror {
  array: string;
  lun: string;
  state: 'Okay' | 'Needs maintenance' | 'Resyncing';
  /** Of a resynchronisation, in percent. */
  progress?: number;
}

export interface MirrorStatus {
  deviceGroup: string;
  volume: string;
  submirrors: Submirror[];
}

export interface Volumes {
  readonly deviceGroups: readonly DeviceGroupConfig[];
  /** The volume that has this path in /etc/vfstab. */
  find(devicePath: string): { deviceGroup: DeviceGroupConfig; volume: Volume } | undefined;
  /**
   * Reserves every LUN of the group that can be reached. @throws ReservationConflict when this node's key is gone,
   * DeviceBusy when another node masters the group.
   */
  master(deviceGroup: string): Promise<void>;
  release(deviceGroup: string): Promise<void>;
  /** A block device to check and mount: its cache empty, a mirror assembled from the halves that are there and current. */
  open(deviceGroup: string, volume: string): Promise<string>;
  close(deviceGroup: string, volume: string): Promise<void>;
  /** All mirrors that are open here. */
  mirrors(): Promise<MirrorStatus[]>;
}
