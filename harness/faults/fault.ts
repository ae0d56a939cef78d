/** What faults of the storage use. Each call returns the moment at which it began. */
export interface StorageLevers {
  /** The array fails as a whole: every port to it gives I/O errors; what was at rest stays. */
  loseArray(array: string): Promise<number>;
  /** The array is there again, its journal replayed. Nodes get fresh ports. */
  returnArray(array: string): Promise<number>;
  /** Every access to its disks takes so long; null: as before. */
  slowArray(array: string, latencyMs: number | null): Promise<number>;
  /** One node's cable to one LUN (array/LUN) is dead. */
  cutPort(node: string, lun: string): Promise<number>;
  /** A new cable: the node gets a fresh port. */
  renewPort(node: string, lun: string): Promise<number>;
  /** Something else takes all the room of a file system that is mounted on a node. */
  fillDisk(node: string, point: string): Promise<number>;
  makeRoom(node: string, point: string): Promise<number>;
}

/** What a fault may use to do its work from outside of the nodes. Each call returns the moment at which it began. */
export interface Levers extends StorageLevers {
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
