/** All that a drill may do or see. Two implementations: containers, and later a simulation in virtual time. */
import type { Fault } from './faults/fault.ts';
import type { Rehearsal } from './runbook/rehearsal.ts';
import type { Service, Topology } from './topology.ts';

/** How a command on a node ended: its status, and what it printed on both streams. */
export interface Ended {
  exit: number;
  output: string;
}

export interface Cluster {
  readonly topology: Topology;
  /** The topology's services; the first is the one that a drill is about, unless it says otherwise. */
  readonly services: readonly [Service, ...Service[]];
  /** The arrays that a service's file systems are on, its own before those that only have copies. */
  arraysOf(service: Service): string[];
  /** Notes in the timeline what the drill is about to do, in the words of the guide. */
  step(text: string): void;
  /** The service is online on its primary, and clients have been served by it long enough to judge by. */
  steadyState(service: Service): Promise<void>;
  /**
   * Applies a fault at a random moment, and sees to it that its effect is there before anything is concluded. Several
   * are applied at once.
   */
  strike(...faults: [Fault, ...Fault[]]): Promise<void>;
  /** Applies a fault while a node is taking a service over: it has the disk already, and serves nobody yet. */
  strikeDuringTakeover(service: Service, node: string, fault: Fault): Promise<void>;
  /** Mends what a fault broke, and sees to it that it is whole again. */
  undo(fault: Fault): Promise<void>;
  /** An operator types a command in a shell of a node, as root. Resolves when it has ended, however it did. */
  command(node: string, line: string): Promise<Ended>;
  /**
   * The witness reads a file or folder of a node, from outside; a file until `pattern` is in it, for a few seconds at
   * most. What it read is in the timeline. Resolves with a file's text, empty for what is none.
   */
  look(node: string, path: string, pattern?: RegExp): Promise<string>;
  /** Starts nodes that have gone down. Resolves when all nodes that are up are one cluster again. */
  boot(...nodes: [string, ...string[]]): Promise<void>;
  /** A node goes down by itself, or does not in the time that a drill waits: that is a result too. */
  goesDown(node: string): Promise<void>;
  /**
   * Clients are served again without a break, after some were not: 20 writes and 20 reads in a row. Or they go on being
   * served as if nothing had been done.
   */
  servedAgain(service: Service): Promise<void>;
  /** Clients go on for a while, served or not; then the drill has seen enough of this service. */
  observe(service: Service, forMs?: number): Promise<void>;
  /** The witness sees one of these nodes go down. Returns its name. */
  oneGoesDown(nodes: readonly string[]): Promise<string>;
  /**
   * All clients go on undisturbed for a while: what they and the nodes do then is a measurement. Afterwards the witness
   * takes a close look at the servers on all nodes that are up.
   */
  measure(): Promise<void>;
  /** The witness sees the service's disk, address and server on a node. */
  servedOn(service: Service, node: string): Promise<void>;
  /** Both halves of each mirrored volume of a service are there, and brought up to each other. */
  mirrorWhole(service: Service): Promise<void>;
  /**
   * The load ends, and every write is read back: through the service, and from the bytes on the volumes.
   * `compareMirrors`: the two halves of each mirror are compared, too.
   */
  readBack(also?: { compareMirrors: boolean }): Promise<void>;
  /** What procedures from documents need beside all this; `env`: variables of every shell. */
  rehearsal(env: Record<string, string>): Rehearsal;
}
