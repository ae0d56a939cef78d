import type { Interconnect, Partition } from './partitions.ts';

/** What a fault may do to networks. */
export interface NetworkLevers {
  /** Packets between these nodes are lost on their way. */
  cutInterconnects(shape: Partition): Promise<number>;
  /** They arrive again; a node that has gone down since needs nothing. */
  mendInterconnects(shape: Partition): Promise<number>;
  interconnectDown(node: string, interconnect: Interconnect): Promise<number>;
  interconnectUp(node: string, interconnect: Interconnect): Promise<number>;
  publicNetworkDown(node: string): Promise<number>;
  publicNetworkUp(node: string): Promise<number>;
  /** Of the clients of a service, by its group. */
  clientNetworkDown(group: string): Promise<number>;
  clientNetworkUp(group: string): Promise<number>;
}

/** What a fault may do to the programs and file systems of a node. */
export interface MethodLevers {
  /** A program that takes a port as soon as it is free. */
  waitForPort(node: string, port: number): Promise<number>;
  /** That program ends. */
  freePort(node: string): Promise<number>;
  /** One process of the calendar server, by its name; when none runs there, nothing. */
  killServer(node: string, name: string): Promise<number>;
  /** A file on the node's own disk, which the witness watches from then on. */
  replaceFile(node: string, path: string, text: string): Promise<number>;
  restoreFile(node: string, path: string): Promise<number>;
  /** A folder of a mounted file system is mounted once more, on itself. */
  mountInside(node: string, path: string): Promise<number>;
  unmountInside(node: string, path: string): Promise<number>;
}

/** What faults of nodes and of their processes use. Each call returns the moment at which it began. */
export interface NodeLevers {
  /** It stands still, and answers nobody. Its mirror goes on, as a part of its kernel that must never stop. */
  hang(node: string): Promise<number>;
  /** It goes on where it stood, before its cables are back. */
  wake(node: string): Promise<number>;
  /** In order, as an operator's shutdown; resolves when it is down. */
  shutDown(node: string): Promise<number>;
  /** It starts from its own disk. */
  boot(node: string): Promise<number>;
  /** A process of the calendar server on it. */
  killDaemon(node: string, daemon: string): Promise<number>;
}

/** What a fault may use to do its work from outside of the nodes. Each call returns the moment at which it began. */
export interface Levers extends NodeLevers, NetworkLevers, MethodLevers {
  linksDown(node: string): Promise<number>;
  /** Its processes stop where they are. Its mirror's do not: they stand for a part of its kernel. */
  halt(node: string): Promise<number>;
  cutPorts(node: string): Promise<number>;
  /** With all that its memory still held for the disks. */
  kill(node: string): Promise<number>;
  /** The directory's cables are out and it stands still. */
  directorySilent(): Promise<number>;
  /** The directory's server dies; its machine goes on. */
  directoryKilled(): Promise<number>;
  /** The directory goes on where it stood, or its server is started again: whichever it lacks. */
  directoryBack(): Promise<number>;
}

/** One way of breaking something. Whether it was applied is judged from what others saw: see verification.ts. */
export interface Fault {
  name: string;
  target: string;
  /** Does it. Calls `applied` with the moment of its first effect. */
  apply(levers: Levers, applied: (at: number) => void): Promise<void>;
  /** Mends what it broke. Calls `undone` with the moment at which it is whole. Not there for what cannot be mended. */
  undo?(levers: Levers, undone: (at: number) => void): Promise<void>;
}
