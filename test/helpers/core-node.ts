/** A node of the simulation: its core's state, and what its methods have done. */

import type { MethodName, Repository, State } from '../../images/node/cluster/core/types.ts';
import type { KeyDesk } from '../../images/node/cluster/key-desk.ts';

export class SimulatedNode {
  readonly name: string;
  /** Counts boots; also what makes incarnations grow. */
  life = 0;
  isOn = false;
  isDead = false;
  hung = false;
  state: State;
  /** On its disk, and when the last write to it ends. */
  saved: Repository;
  savedAtMs = 0;
  desk: KeyDesk | undefined;
  /** When it is woken next for a moment of its core. */
  armedMs = Number.POSITIVE_INFINITY;
  /** Silent arrays will be asked again. */
  retrying = false;
  /** Inputs and completions that wait for a hung node. */
  backlog: { heartbeat: boolean; happen: () => void }[] = [];
  /** Resource → its group, from the begin of its first start method to the end of its last stop method. */
  readonly held = new Map<string, string>();
  /** Groups whose disks are mounted here. */
  readonly mounted = new Set<string>();
  readonly up = new Set<string>();
  /** Methods that run, by call. */
  readonly calls = new Map<number, { resource: string; method: MethodName }>();

  constructor(name: string, state: State, saved: Repository) {
    this.name = name;
    this.state = state;
    this.saved = saved;
  }

  holdsAnyOf(group: string): boolean {
    if (this.held.size === 0) return false;
    for (const holder of this.held.values()) if (holder === group) return true;
    return false;
  }

  isFullyUp(group: string): boolean {
    const { resources } = this.state.repository;
    return resources.every((one) => one.group !== group || !one.enabled || this.up.has(one.name));
  }
}
