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

export interface Request {
  id: string;
  change: Change;
}

export interface Answer {
  id: string;
  exit: number;
  message: string;
}

/** What a member tells all others, every quantum and at once when it changes: its state, not a log of events. */
export interface Heartbeat {
  from: string;
  /** Distinguishes a life of the node from the one before its last boot. */
  incarnation: number;
  serial: number;
  hears: string[];
  /** The last heartbeat taken in of every peer. */
  echoes: Record<string, { incarnation: number; serial: number }>;
  /** Former members that this one has not fenced yet. */
  unfenced: string[];
  view: View | null;
  proposal: Proposal | null;
  accepts: Proposal | null;
  placement: Placement;
  repositoryVersion: number;
  /** Present while some member is known to have an older one. */
  repository: Repository | null;
  groups: Record<string, GroupState>;
  resources: Record<string, { state: ResourceState; message: string }>;
  /** Groups that failed to start or to stay up here, to be tried elsewhere. */
  givenUp: string[];
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
  method: MethodName;
}

/** A change that the president is carrying out: answered when every member shows what it asked for. */
export interface Work {
  request: Request;
  repositoryVersion: number;
  placementSerial: number;
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
  /** Generation for which the quorum device was asked, and what it said. */
  quorum: { generation: number; granted: boolean | null } | null;
  /** Members that left and are to be fenced, and the generation up to which fencing is done. */
  fencing: { victims: string[]; generation: number; done: boolean };
  repository: Repository;
  placement: Placement;
  local: Record<string, LocalResource>;
  groupStates: Record<string, GroupState>;
  givenUp: string[];
  /** One method at a time per group. */
  running: Record<string, Running>;
  nextCallId: number;
  /** Requests that entered at this node and wait for the president's answer. */
  requests: Request[];
  /** At the president: the request being worked on, and answers not yet seen by their askers. */
  work: Work | null;
  answers: Answer[];
  answered: string[];
  panicked: boolean;
}

export type Input =
  | { kind: 'tick' }
  | { kind: 'heartbeat'; heartbeat: Heartbeat }
  | { kind: 'quorum-result'; generation: number; granted: boolean }
  | { kind: 'fence-result'; generation: number; ok: boolean; message: string }
  /** The keys of this life are registered and the ports attached (or not): after `join`. */
  | { kind: 'joined'; generation: number; ok: boolean; message: string }
  /** The repository of this version is on the local disk. */
  | { kind: 'saved'; version: number }
  | MethodResult
  /** From a running fault monitor: a probe that failed or a process that died; both count towards Retry_count. */
  | { kind: 'probe-failed'; resource: string; message: string }
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
  /** Preempts the victims' keys on a quorum device; an array keeps keys of later generations. */
  | { kind: 'ask-quorum-device'; generation: number; device: string; victims: string[] }
  | { kind: 'fence'; generation: number; victims: string[] }
  /** Member of a view as a new life: registers keys of this generation on all its disks and attaches fresh ports. */
  | { kind: 'join'; generation: number }
  /** Still a member: puts keys of this generation on its quorum devices, in case someone had begun to take them. */
  | { kind: 'refresh-keys'; generation: number }
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
