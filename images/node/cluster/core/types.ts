/** The words of the core: configuration, state, inputs and effects. Data only; see step.ts for the behaviour. */
import type { Change, MethodName, Repository, Resource, ResourceType } from './configuration.ts';

export type * from './configuration.ts';

/** Broken variants of the cluster software. A drill under one of them must come out red. */
export type CoreSabotage = 'mount-before-fence' | 'no-takeover' | null;

/** Fixed for the life of a node. Times in milliseconds. */
export interface CoreConfig {
  self: string;
  /** All nodes of the cluster; a node's place in it is its number, and the lowest one of a view is its president. */
  nodes: string[];
  heartbeatQuantumMs: number;
  heartbeatTimeoutMs: number;
  /** How long a booting node waits for the others before it asks the quorum device whether it may go alone. */
  bootPatienceMs: number;
  /** Each has one vote fewer than the nodes connected to it (SEMANTICS, membership). */
  quorumDevices: QuorumDevice[];
  /** Device groups (disksets), as they were made before the cluster software was configured. */
  deviceGroups: DeviceGroup[];
  sabotage: CoreSabotage;
}

/** A LUN that the nodes connected to it race for; named array/LUN. */
export interface QuorumDevice {
  name: string;
  nodes: string[];
}

/** Volumes that one node masters together, and the nodes that are wired to all of them. */
export interface DeviceGroup {
  name: string;
  nodes: string[];
}

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

/** How far a resource has come on this node: nothing done, network and disk prepared, started. */
export type Stage = 'down' | 'prepared' | 'up';

export interface LocalResource {
  stage: Stage;
  state: ResourceState;
  status: ResourceStatus;
  message: string;
  /** Between the end of MONITOR_START and the begin of MONITOR_STOP. */
  monitoring: boolean;
  /** Taken down only to be started again in place. */
  restarting: boolean;
  /** When it was restarted, for Retry_count within Retry_interval. */
  restartsMs: number[];
}

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

export interface Peer {
  lastHeardMs: number;
  heartbeat: Heartbeat;
  suspected: boolean;
}

export interface Running {
  callId: number;
  resource: string;
  group: string;
  method: MethodName;
  timeoutMs: number;
  deadlineMs: number;
  /** Id of the inquiry that it answers; null: it is part of bringing its group where it belongs. */
  inquiry: string | null;
}

/** That a group failed here, or was given over. */
export interface Failure {
  atMs: number;
  /** The operator's last order then: a later one clears it. */
  ordered: number;
  resource: string;
  message: string;
}

/** A change that the president is carrying out: answered when every member shows what it asked for. */
export interface Work {
  request: Request;
  /** Inquiry that must come out well first; null once the change is made. */
  inquiry: string | null;
  /** Every member must have saved it; 0 when the change is one of the placement only. */
  repositoryVersion: number;
  placementSerial: number;
  /** What the operator is told even when all went well. */
  warnings: string[];
}

export interface Fencing {
  generation: number;
  victims: string[];
  /** Members that joined as a new life, and the generation of its keys: older ones are of a life that is over. */
  reborn: Record<string, number>;
  asked: boolean;
  done: boolean;
}

export interface State {
  config: CoreConfig;
  incarnation: number;
  bootedMs: number;
  /** When it last ticked; null before the first time. */
  lastTickMs: number | null;
  serial: number;
  /** Own heartbeats of the last heartbeat timeout. */
  sent: { serial: number; atMs: number }[];
  peers: Record<string, Peer>;
  view: View | null;
  proposal: Proposal | null;
  accepts: Proposal | null;
  /** Nodes of others' proposals accepted since the last view: they may have made a view that did not get here. */
  promised: string[];
  /** Own claims on quorum devices. */
  quorum: Claims | null;
  /** When the proposal that it has accepted turned out to have no majority, and why: it waits, and tries again. */
  failedMs: number | null;
  waitsFor: string;
  /** Generation of the view in which this life joined; 0 before. */
  joinedIn: number;
  /** Generation with which keys were last asked for (`join`); 0 before. */
  joinAsked: number;
  /** Whether this life's keys are on its disks: before, nothing may start here. */
  joined: boolean;
  /** Highest generation up to which an array refuses this node's keys: its view is to be made anew above it. */
  barred: number;
  /** Who is to be fenced for the view of this generation: members that left, and lives before those of members. */
  fencing: Fencing;
  repository: Repository;
  /** The version that is on the local disk. */
  savedVersion: number;
  placement: Placement;
  local: Record<string, LocalResource>;
  groupStates: Record<string, GroupState>;
  /** Groups passed over here: those in `failures` for which Pingpong_interval is not over yet. */
  givenUp: string[];
  failures: Record<string, Failure>;
  givesOver: Record<string, Giveover>;
  /** Groups going down only to be started again in place (scswitch -R). */
  restarting: string[];
  /** Group → serial of the operator's last order that was carried out here. */
  obeyed: Record<string, number>;
  /** Resource → placement serial at which its STOP failed. */
  stopFailed: Record<string, number>;
  busy: string[];
  devices: Record<string, LocalDevice>;
  /** By call, one method at a time per resource; inquiries beside that. */
  running: Record<number, Running>;
  nextCallId: number;
  /** Of the president: what it asks now. */
  inquiries: Inquiry[];
  replies: Reply[];
  /** Requests that entered at this node and wait for the president's answer. */
  requests: Request[];
  /** At the president: the request being worked on, and answers not yet seen by their askers. */
  work: Work | null;
  answers: Answer[];
  /** The last one sent. */
  said: Heartbeat | null;
  /** The last step changed something; what follows from it may take another one. */
  restless: boolean;
  /** Panicked, or going down to reboot. */
  panicked: boolean;
}

export type Input =
  | { kind: 'tick' }
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
