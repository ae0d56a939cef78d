/** What members tell one another: their words, and the heartbeat that carries them. Data only. */
import type { Change, Repository, Resource } from './configuration.ts';

/** Where the president wants a group; node null is "nowhere". */
export interface Target {
  node: string | null;
  /** Placement serial of the order: a new order about the same node has a new one. */
  serial: number;
  /** Down and up again in place (scswitch -R); each order once. */
  restart: boolean;
  /** No automatic move until it has settled (scswitch -Q). */
  quiesced: boolean;
  /** Serial of the last order of an operator about the group, kept by automatic moves: it clears earlier failures. */
  ordered?: number;
}

/** The president's orders to all members. `serial` grows with every change (numberAfter). */
export interface Placement {
  serial: number;
  targets: Record<string, Target>;
  /** Device groups that an operator moved or took out of use; all others follow their file systems (AffinityOn). */
  devices: Record<string, { node: string | null; maintenance: boolean; serial: number }>;
  /** "resource@node" → serial at which its STOP_FAILED was cleared. */
  cleared: Record<string, number>;
  /** Ids of the last requests that went into it or into the repository: a new president does none of them again. */
  applied: string[];
}

export type ResourceState =
  | 'Offline'
  | 'Starting'
  | 'Online'
  | 'Online_not_monitored'
  | 'Stopping'
  | 'Start_failed'
  | 'Stop_failed'
  | 'Monitor_failed';

/** What an agent says of its resource, apart from the manager's state (scha_resource_setstatus). */
export type ResourceStatus = 'Online' | 'Offline' | 'Faulted' | 'Degraded' | 'Unknown';

export type GroupState =
  | 'Unmanaged'
  | 'Offline'
  | 'Pending_online'
  | 'Online'
  | 'Pending_offline'
  | 'Error_stop_failed'
  | 'Online_faulted'
  | 'Pending_online_blocked';

export interface View {
  generation: number;
  members: string[];
}

export interface Proposal extends View {
  proposer: string;
}

/** How far a member has come with a quorum device for a proposal. Unavailable: the array does not answer. */
export type Claim = 'asked' | 'granted' | 'refused' | 'unavailable';

/** A member's claims on quorum devices for the proposal that it has accepted. */
export interface Claims {
  generation: number;
  proposer: string;
  devices: Record<string, Claim>;
}

export interface Request {
  id: string;
  change: Change;
}

export interface Answer {
  id: string;
  exit: number;
  message: string;
}

/**
 * What the president has members find out by running a method: VALIDATE before a change, MONITOR_CHECK before a fault
 * monitor's giveover. The resources are as they would be.
 */
export interface Inquiry {
  id: string;
  method: 'VALIDATE' | 'MONITOR_CHECK';
  resources: Resource[];
  nodes: string[];
}

/** A member's answer to an inquiry, complete when none of its methods runs any more. */
export interface Reply {
  id: string;
  open: number;
  ok: boolean;
  message: string;
  agree: Record<string, string>;
}

/** A fault monitor wants its group on another node. Any newer target ends it, one on this node too: then it stays. */
export interface Giveover {
  /** Of the target that it has. */
  serial: number;
  resource: string;
  message: string;
}

/** A device group as this node has it. */
export interface LocalDevice {
  mastered: boolean;
  /** Placement serial of the last order carried out, or begun while `busy`. */
  serial: number;
  busy: boolean;
  message: string;
}

/** What a member tells all others, every quantum and at once when it changes: its state, not a log of events. */
export interface Heartbeat {
  from: string;
  /** Distinguishes a life of the node from the one before its last boot. */
  incarnation: number;
  serial: number;
  /** Serial of the first heartbeat of this row that said the same, `serial` and `echoes` apart. */
  since: number;
  hears: string[];
  /** The last heartbeat taken in of every peer. */
  echoes: Record<string, { incarnation: number; serial: number }>;
  /** Former members that this one has not fenced yet. */
  unfenced: string[];
  view: View | null;
  proposal: Proposal | null;
  accepts: Proposal | null;
  /** From the proposer also the word that the other members may begin theirs. */
  claims: Claims | null;
  /** Generation of the view in which this life joined, and of its keys on its disks; 0 before. */
  joinedIn: number;
  /** Highest generation up to which an array refuses keys of this node. */
  barred: number;
  placement: Placement;
  repositoryVersion: number;
  /** The version on this node's disk: what a crash of all nodes leaves. */
  savedVersion: number;
  /** Present while some node that is heard is known to have an older one. */
  repository: Repository | null;
  groups: Record<string, GroupState>;
  /** Those that are not plainly offline. */
  resources: Record<string, { state: ResourceState; status: ResourceStatus; message: string }>;
  /** Groups and device groups that are on their way here, monitors included: no command ends before they are there. */
  busy: string[];
  /** Groups that failed to start or to stay up here, to be tried elsewhere. */
  givenUp: string[];
  givesOver: Record<string, Giveover>;
  devices: Record<string, LocalDevice>;
  /** The president's questions, and this member's answers to them. */
  inquiries: Inquiry[];
  replies: Reply[];
  requests: Request[];
  answers: Answer[];
}
