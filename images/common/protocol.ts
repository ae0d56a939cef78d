/**
 * What containers tell (events, one JSON object a line on stdout) and what they are told (commands, one a line on
 * stdin). Types only: this file is the contract between the images and the harness.
 *
 * Moments named `at` are milliseconds of the engine host's CLOCK_MONOTONIC, which all its containers share. The
 * harness turns them into `atMs`, milliseconds since the run began.
 */

/** How one operation of a client ended. A timeout may have been applied, so it is indeterminate. */
export type Outcome = 'ok' | 'failed' | 'indeterminate';

export interface MountSeen {
  point: string;
  /** Block device as major:minor. */
  device: string;
  /** File behind the loop device, as the kernel names it; empty when it is not a loop device. */
  backing: string;
  /** True when the kernel's size of the port says that it was cut. */
  cut: boolean;
  readOnly: boolean;
}

export interface ProcessSeen {
  /** Pid on the engine's host, unique over all nodes. */
  pid: number;
  /** Command line, its words joined by spaces. */
  command: string;
}

/** A socket that a process listens on, as address:port. */
export interface ListeningSeen extends ProcessSeen {
  at: string;
}

/** What the witness read from the kernel. It asks nothing of the cluster. */
export type WitnessEvent =
  | { kind: 'mounts'; node: string; mounts: MountSeen[] }
  | { kind: 'addresses'; node: string; addresses: string[] }
  | { kind: 'processes'; node: string; processes: ProcessSeen[] }
  /** Of the web servers of calendar instances. */
  | { kind: 'listening'; node: string; sockets: ListeningSeen[] }
  | { kind: 'cpu'; node: string; cpuMs: number }
  /** Addresses that the node can send nothing to: its routes to them end in nowhere. */
  | { kind: 'blackholes'; node: string; addresses: string[] }
  /** The beginning of a file on the node's disk, of those that the witness was told to watch; null when it is not there. */
  | { kind: 'file'; node: string; path: string; text: string | null }
  | { kind: 'node-seen'; node: string; pid: number }
  | { kind: 'node-gone'; node: string; pid: number }
  /** Once a second: how many looks since the last one, and the longest time between two of them. */
  | { kind: 'looks'; looks: number; longestGapMs: number };

/** What an array did, told by the array: hardware, not cluster software. */
export type ArrayEvent =
  | { kind: 'port-attached'; node: string; lun: string; device: string }
  | { kind: 'port-detached'; node: string; lun: string; device: string }
  | { kind: 'port-cut'; node: string; lun: string; device: string; because: 'preempted' | 'fault' }
  | { kind: 'key-registered'; node: string }
  /** One LUN at a time; the quorum device is a LUN too, so look at `lun` (array/lun) before calling a disk fenced. */
  | { kind: 'preempted'; node: string; victim: string; lun: string; granted: boolean }
  /** `node` holds the reservation of `lun` from now on: it masters the disk. */
  | { kind: 'reserved'; node: string; lun: string }
  | { kind: 'array-lost' }
  | { kind: 'array-back' };

/** What the cluster software on a node says of itself: for phases and pictures, never for a verdict. */
export type NodeEvent =
  | { kind: 'up' }
  | { kind: 'suspected'; peer: string }
  | { kind: 'view'; members: string[]; generation: number; quorum: boolean }
  | { kind: 'fenced'; victims: string[] }
  | { kind: 'method-begin'; method: string; resource: string; group: string }
  | { kind: 'method-end'; method: string; resource: string; group: string; ok: boolean; message: string }
  | { kind: 'group-state'; group: string; state: string }
  | { kind: 'panic'; reason: string }
  | { kind: 'log'; text: string };

export interface OperationEvent {
  kind: 'operation';
  service: string;
  operation: 'write' | 'read' | 'login';
  /** Unique id of the event written or read; empty for a login. */
  uid: string;
  /** When the schedule wanted it sent. Latency and outage count from here. */
  plannedAt: number;
  outcome: Outcome;
  detail: string;
  /** Node and instance that the reply names; empty without a reply. */
  node: string;
  instance: string;
  /** Of an event that was read: what of it is other than what was written, empty when nothing is. */
  wrong?: string;
}

export type ClientEvent =
  | OperationEvent
  | { kind: 'client-started'; ratePerSecond: number; timeoutMs: number }
  | { kind: 'client-stopped'; sent: number };

/** One write as found after the drill. `sequences` are the store's own numbers: two of them means applied twice. */
export interface FoundWrite {
  uid: string;
  sequences: number[];
  /** As of a read; only where it is not empty. */
  wrong?: string;
}

/** The two ways of reading back: through the service, and from a copy of each LUN. */
export type AuditEvent =
  | { kind: 'read-back'; service: string; asked: number; found: FoundWrite[]; problem: string }
  | { kind: 'volume'; lun: string; found: FoundWrite[]; problem: string };

/** The life of a fault: its first effect is when it is applied; undone, what it broke is whole again. */
export type FaultStage = 'planned' | 'applied' | 'complete' | 'undone';

/** What the drill itself did. */
export type DrillEvent =
  | { kind: 'step'; text: string }
  /** What it spends its time with from now on. */
  | { kind: 'stage'; name: string }
  | { kind: 'fault'; fault: string; target: string; stage: FaultStage }
  /** An operator's command on a node; `exit` and `output` at its end, null and empty before. */
  | {
      kind: 'command';
      node: string;
      line: string;
      stage: 'begin' | 'end';
      exit: number | null;
      output: string;
    }
  /** Nodes that were down are started. */
  | { kind: 'boot'; nodes: string[] }
  /** Up to which planned moment the service's operations are the drill's observation, in ms since the run began. */
  | { kind: 'observed'; service: string; untilMs: number }
  | { kind: 'problem'; text: string };

export type AnyEvent = WitnessEvent | ArrayEvent | NodeEvent | ClientEvent | AuditEvent | DrillEvent;

/** An event as a container prints it. */
export type Told = AnyEvent & { at: number };
