/** The words of the core: configuration, state, inputs and effects. Data only; see step.ts for the behaviour. */
import type { Change, Repository, Resource } from './configuration.ts';

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
  /** Votes of quorum devices: one fewer than the nodes connected to each (SEMANTICS, membership). */
  quorumDeviceVotes: number;
  sabotage: CoreSabotage;
}

/** Where the president wants each group; null is "nowhere". `serial` grows with every change (numberAfter). */
export interface Placement {
  serial: number;
  targets: Record<string, string | null>;
}

export type ResourceState = 'Offline' | 'Starting' | 'Online' | 'Stopping' | 'Start_failed' | 'Stop_failed';

/** How far a resource has come on this node: nothing done, network and disk prepared, started. */
export type Stage = 'down' | 'prepared' | 'up';

export interface LocalResource {
  stage: Stage;
  state: ResourceState;
  message: string;
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
  | 'Online_faulted';

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

/** Methods of a resource type, in the words of the resource group manager. */
export type MethodName = 'PRENET_START' | 'START' | 'STOP' | 'POSTNET_STOP';

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
  | { kind: 'method-result'; group: string; callId: number; ok: boolean; message: string }
  | { kind: 'probe-failed'; resource: string; message: string }
  | { kind: 'request'; request: Request };

export type Effect =
  | { kind: 'send'; heartbeat: Heartbeat }
  | { kind: 'ask-quorum-device'; generation: number; victims: string[] }
  | { kind: 'fence'; generation: number; victims: string[] }
  | { kind: 'run-method'; group: string; callId: number; resource: Resource; method: MethodName }
  | { kind: 'answer'; answer: Answer }
  | { kind: 'save'; repository: Repository }
  | { kind: 'panic'; reason: string }
  | { kind: 'suspected'; peer: string }
  | { kind: 'view'; view: View; quorum: boolean }
  | { kind: 'group-state'; group: string; state: GroupState };
