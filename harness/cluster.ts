/** All that a drill may do or see. Two implementations: containers, and later a simulation in virtual time. */
import type { Fault } from './faults/fault.ts';
import type { Service, Topology } from './topology.ts';

export interface Cluster {
  readonly topology: Topology;
  /** Notes in the timeline what the drill is about to do, in the words of the guide. */
  step(text: string): void;
  /** The service is online on its primary, and clients have been served by it long enough to judge by. */
  steadyState(service: Service): Promise<void>;
  /** Applies a fault at a random moment, and sees to it that its effect is there before anything is concluded. */
  strike(fault: Fault): Promise<void>;
  /** Clients are served again without a break: 20 writes and 20 reads in a row. Nobody types a command meanwhile. */
  servedAgain(service: Service): Promise<void>;
  /** The load ends, and every write is read back: through the service, and from the bytes on the volumes. */
  readBack(): Promise<void>;
}
