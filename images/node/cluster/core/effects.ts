/** What comes into the core, and what it asks for. Data only. */
import type { MethodName, Repository, Resource, ResourceType } from './configuration.ts';
import type { Answer, GroupState, Heartbeat, Request, ResourceStatus, View } from './wire.ts';

export type Input =
  | { kind: 'tick' }
  /** A moment has come that `nextMomentMs` named; between two ticks it cannot wait for. */
  | { kind: 'moment' }
  | { kind: 'heartbeat'; heartbeat: Heartbeat }
  /** Not answered: the array is silent, so the device was neither won nor lost. */
  | { kind: 'quorum-result'; generation: number; device: string; granted: boolean; answered: boolean }
  | { kind: 'fence-result'; generation: number; ok: boolean; message: string }
  /** The keys of this life are registered and the ports attached (or not): after `join`. */
  | { kind: 'joined'; generation: number; ok: boolean; message: string }
  /** An array refuses keys of this node up to that generation: somebody took them, or began to. */
  | { kind: 'keys-lost'; generation: number }
  /** The repository of this version is on the local disk. */
  | { kind: 'saved'; version: number }
  | MethodResult
  /** From a running fault monitor: a probe that failed or a process that died; both count towards Retry_count. */
  | {
      kind: 'probe-failed';
      resource: string;
      message: string;
      /** "at once": to another node without a restart here first. "never": restarts here only. */
      failover?: 'at once' | 'never';
    }
  | { kind: 'status'; resource: string; status: ResourceStatus; message: string }
  /** This node masters the device group from now on, or no longer. */
  | { kind: 'mastered'; deviceGroup: string; mastered: boolean; message: string }
  | { kind: 'request'; request: Request };

export interface MethodResult {
  kind: 'method-result';
  callId: number;
  ok: boolean;
  message: string;
  /** VALIDATE only: what must be the same on all nodes, by what it is (a line of /etc/vfstab, say). */
  agree?: Record<string, string>;
}

export type Effect =
  | { kind: 'send'; heartbeat: Heartbeat }
  /** Takes the victims' keys of earlier generations on a quorum device; granted if none of theirs is left. */
  | { kind: 'ask-quorum-device'; generation: number; device: string; victims: string[] }
  /** Takes the victims' keys of earlier generations; from a member in `reborn`, those before its own generation. */
  | { kind: 'fence'; generation: number; victims: string[]; reborn: Record<string, number> }
  /** Member of a view as a new life: registers keys of this generation on all its disks and attaches fresh ports. */
  | { kind: 'join'; generation: number; others: string[] }
  /**
   * Still a member: puts keys of this generation on its quorum devices, in case someone had begun to take them, and
   * takes those of `others`, the nodes that are no members.
   */
  | { kind: 'refresh-keys'; generation: number; others: string[] }
  /** No majority yet for a node that boots; once for each reason. */
  | { kind: 'waiting-for-quorum'; reason: string }
  | {
      kind: 'run-method';
      callId: number;
      resource: Resource;
      type: ResourceType;
      method: MethodName;
      timeoutMs: number;
    }
  /** It took longer than its timeout and counts as failed: its processes are ended. */
  | { kind: 'kill-method'; callId: number }
  | { kind: 'master-device-group'; deviceGroup: string }
  | { kind: 'release-device-group'; deviceGroup: string }
  /** A failed STOP under Failover_mode HARD: the node goes down and its groups are taken over. */
  | { kind: 'reboot'; reason: string }
  | { kind: 'answer'; answer: Answer }
  | { kind: 'save'; repository: Repository }
  | { kind: 'panic'; reason: string }
  | { kind: 'suspected'; peer: string }
  | { kind: 'view'; view: View; quorum: boolean }
  | { kind: 'group-state'; group: string; state: GroupState };
