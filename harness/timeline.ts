/** A drill's timeline: everything that any container or the drill itself told, in the order of one clock. */
import type { AnyEvent } from '../images/common/protocol.ts';
import type { RunbookFacts } from './runbook/document.ts';

/** `atMs`: milliseconds since the run began. `source`: the container's name, or "drill". */
export type Moment = { atMs: number; source: string };

/** An operation in a timeline also carries `plannedMs`, its planned moment on the same clock as `atMs`. */
export type TimelineEvent = AnyEvent & Moment & { plannedMs?: number };

/** Always sorted by `atMs`. */
export type Timeline = readonly TimelineEvent[];

export type KindOf<K extends AnyEvent['kind']> = Extract<AnyEvent, { kind: K }> &
  Moment & { plannedMs?: number };

/** The events of one kind, in order. */
export function ofKind<K extends AnyEvent['kind']>(timeline: Timeline, kind: K): KindOf<K>[] {
  return timeline.filter((event): event is KindOf<K> => event.kind === kind);
}

/** What of the topology a checker needs, stored beside the timeline so that a run can be judged again. */
export interface DrillFacts {
  /** Folder of the drill within the run. */
  id: string;
  name: string;
  title: string;
  model: string;
  profile: 'fast' | 'guide';
  seed: number;
  repetition: number;
  sabotage: string | null;
  claims: string[];
  /** Names of checks that it asks for beside those of its claims. */
  checks: string[];
  nodes: string[];
  services: ServiceFacts[];
  /** Quorum devices, each with the nodes that are wired to it. Not there in runs that were stored before. */
  quorum?: { lun: string; nodes: string[] }[];
  /** Cores of each node while it was measured, where the drill fixed them. */
  cpuPerNode?: number;
  /** All lines of /etc/vfstab. Not there in runs that were stored before. */
  fileSystems?: FileSystemFacts[];
  /** The procedure, where it comes from a document. */
  runbook?: RunbookFacts;
  /** Services that clients use by commands of their own: a runbook's. */
  servicesByCommand?: ServiceFacts[];
  /** Services that come in the course of the drill, with their nodes; no client uses them. */
  servicesLater?: ServiceFacts[];
  load: { ratePerSecond: number; writesPerSecond: number; readsPerSecond: number; timeoutMs: number };
  /** When the drill began and ended, on the run's clock. */
  beganMs: number;
  endedMs: number;
  /** When nothing of it was left; not there when its cluster was kept. */
  sweptMs?: number;
  /** What broke the drill script itself; null when it ran to its end. */
  problem: string | null;
  /** Set when this is the second attempt: how the first one ended. */
  earlierAttempt?: string;
}

/** A file system as its line in /etc/vfstab has it. */
export interface FileSystemFacts {
  mountPoint: string;
  /** As the kernel calls it. */
  type: string;
  global: boolean;
}

export interface ServiceFacts {
  /** Name of its resource group, for example CAL-RG. */
  name: string;
  /** Logical address, dotted. */
  address: string;
  primary: string;
  backup: string;
  /** cal-svr-base, as its processes are started with: /opt/SUNWics5/cal. */
  serverBase: string;
  /** Mount point of the store's file system, for example /cal. */
  mountPoint: string;
  /** What is mounted there, as the end of the kernel's name of it: `array/lun`, or `deviceGroup/volume` of a mirror. */
  volume: string;
  /** The LUNs that hold the store, `array/lun`: one, or the halves of a mirror. */
  luns: string[];
}
