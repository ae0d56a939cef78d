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
  /** What the kernel calls the file system: "ext4", "xfs", or "fuse.sshfs" for what another node has on its disk. */
  type?: string;
}

export interface ProcessSeen {
  /** Pid on the engine's host, unique over all nodes. */
  pid: number;
  /** Command line, its words joined by spaces. */
  command: string;
}

/** A calendar server on a node: the processes that were started for one installation, and what they hold. */
export interface InstanceSeen {
  /** Its cal-svr-base. */
  base: string;
  /** Path of each process' program, and its pid on the engine's host. */
  processes: { program: string; pid: number }[];
  /** As whom they run. */
  users: number[];
  /** Files that they have open or mapped, by the node's names. */
  files: string[];
  /** Mount points that those files are on, the container's own aside. */
  mounts: string[];
  /** address:port that they listen on. */
  listening: string[];
  /** address:port of the other ends of their connections. */
  connected: string[];
}

/** A file or folder of a node, as the witness read it on order, from outside of the node. */
export interface FileSeen {
  kind: 'file-seen';
  node: string;
  path: string;
  is: 'file' | 'folder' | 'nothing';
  /** The path with all symbolic links followed, as the node would follow them. */
  real: string;
  /** A file's text; of a long one the end. */
  content: string;
  /** What a folder holds, sorted. */
  names: string[];
  /** SHA-256 of a whole file, in hexadecimal figures; else empty. */
  digest: string;
}

/** A socket that a process listens on, as address:port. */
export interface ListeningSeen extends ProcessSeen {
  at: string;
}

/** What the witness read from the kernel. It asks nothing of the cluster. */
export type WitnessEvent =
  /** A close look, when it is asked for one: it costs too much to be done all the time. */
  | { kind: 'instances'; node: string; instances: InstanceSeen[] }
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
  /** Whether the disks of an array can be read, as the kernel answers whoever opens one. */
  | { kind: 'disks'; array: string; readable: boolean }
  /** How long it took to read a block of an array's disk. */
  | { kind: 'disk-speed'; array: string; tookMs: number }
  /** Room on a file system that is mounted on a node, for whoever is not its superuser. */
  | { kind: 'room'; node: string; point: string; freeBytes: number; full: boolean }
  | FileSeen
  /** A look at all nodes that was asked for, beside those of its own; what changed was told before. */
  | { kind: 'looked' }
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
  /** Version that the reply names; empty without a reply. */
  version?: string;
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
  | { kind: 'volume'; lun: string; found: FoundWrite[]; problem: string }
  /** Copies of the two halves of a mirror, compared byte by byte; `firstAt`: where they first differ, -1 if nowhere. */
  | {
      kind: 'halves';
      volume: string;
      luns: [string, string];
      bytes: number;
      differing: number;
      firstAt: number;
      problem: string;
    };

/** The life of a fault: its first effect is when it is applied; undone, what it broke is whole again. */
export type FaultStage = 'planned' | 'applied' | 'complete' | 'undone';

/** What a block of a runbook is in the procedure. */
export type BlockRole = 'step' | 'repair' | 'rollback';

/** How what was typed came to its end: by itself, or it was ended for taking too long, or for asking what nobody answers. */
export type TypedEnd = 'exited' | 'timeout' | 'waiting' | 'node-down';

/** A node's files below some folders, by path: a hash of each, or `-> target` of a link. */
export interface FilesSeen {
  node: string;
  files: Record<string, string>;
}

/** The course of a runbook. */
export type RunbookEvent =
  /** From its beginning to the moment when clients were served again, or were found not to be. */
  | { kind: 'runbook-step'; step: string; stage: 'begin' | 'settled' }
  | { kind: 'block-begin'; block: string; node: string; role: BlockRole }
  | { kind: 'block-output'; block: string; node: string; text: string }
  | {
      kind: 'block-end';
      block: string;
      node: string;
      role: BlockRole;
      exit: number | null;
      output: string;
      ended: TypedEnd;
      /** The last that it showed, where it was waiting for input. */
      asked: string;
      /** Prompts that never came. */
      unasked: string[];
    }
  | {
      kind: 'runbook-stage';
      /** "procedure-over": its steps are done, or it was stopped. The others belong to its repetitions with faults. */
      stage: 'procedure-over' | 'struck' | 'by-itself' | 'rest-over' | 'rolled-back' | 'at-end-fault';
      detail: string;
    }
  /** Texts of short files by hash, those of all nodes together. `cluster`: by node, the cluster's own configuration. */
  | {
      kind: 'snapshot';
      when: 'start' | 'end' | 'rolled-back';
      nodes: FilesSeen[];
      texts: Record<string, string>;
      cluster: Record<string, string>;
    };

/** What the drill itself did. */
export type DrillEvent =
  | RunbookEvent
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
  /** From `fromMs` to `untilMs`, in ms since the run began, nothing was done: what clients saw then is a measurement. */
  | { kind: 'measured'; fromMs: number; untilMs: number }
  | { kind: 'problem'; text: string };

export type AnyEvent = WitnessEvent | ArrayEvent | NodeEvent | ClientEvent | AuditEvent | DrillEvent;

/** An event as a container prints it. */
export type Told = AnyEvent & { at: number };
