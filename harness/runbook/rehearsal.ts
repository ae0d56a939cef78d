/** What a procedure needs of a cluster beside what drills need: a terminal on each node, and looks at what it has become. */
import type { BlockRole, RunbookEvent, TypedEnd } from '../../images/common/protocol.ts';
import type { Service } from '../topology-model.ts';
import type { Block } from './document.ts';

export interface Rehearsal {
  /** Types a block on a node, and records it. Resolves when it has ended, however it did. */
  type(
    block: Block,
    node: string,
    role: BlockRole,
  ): Promise<{ exit: number | null; output: string; ended: TypedEnd }>;
  /** Notes the course of the procedure. */
  note(event: RunbookEvent): void;
  /** Clients are served without a break, or are found to be cut off; at once where no client has ever been served. */
  settled(): Promise<void>;
  /** The witness reads which versions are installed, on all nodes that are up. */
  lookAtVersions(): Promise<void>;
  /** What every node that is up has on its own disk, and services have of configuration on theirs. */
  snapshot(when: 'start' | 'end' | 'rolled-back'): Promise<void>;
  isUp(node: string): boolean;
  /** The node that has the address of a service or of a logical hostname, as the witness sees it. */
  ownerOf(group: string): string | undefined;
  /** Whether another node has its address, in the time that a drill waits. */
  takenOver(group: string, from: string): Promise<boolean>;
  /** Whether clients are served without a break from now on, in the time that a drill waits. */
  servedAgain(group: string): Promise<boolean>;
  /** Services that clients use by commands of their own, of which one has been served. */
  readonly servedByCommand: string[];
  /** Whether a client of the service has ever been served. */
  hasClient(service: Pick<Service, 'group'>): boolean;
}
