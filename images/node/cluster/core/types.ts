/** The words of the core: here its state, and all others by way of it. Data only; see step.ts for the behaviour. */
import type { MethodName, Repository } from './configuration.ts';
import type {
  Answer,
  Claims,
  Giveover,
  GroupState,
  Heartbeat,
  Inquiry,
  LocalDevice,
  Placement,
  Proposal,
  Reply,
  Request,
  ResourceState,
  ResourceStatus,
  View,
} from './wire.ts';

export type * from './configuration.ts';
export type * from './effects.ts';
export type * from './wire.ts';

/** Broken variants of the cluster software. A drill under one of them must come out red. */
export type CoreSabotage =
  | 'mount-before-fence'
  | 'no-takeover'
  | 'one-group-a-node'
  | 'all-on-backup'
  | 'ignores-failback'
  | null;

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
  /** Generation with which keys were last asked for (`join`, `refresh-keys`); 0 before. */
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
  /** Of orders about device groups that are being carried out here. */
  deviceDeadlines: Record<string, number>;
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
  /** Until then nobody who is heard can be given up. */
  calmUntilMs: number;
  /** The last one sent. */
  said: Heartbeat | null;
  /** The last step changed something; what follows from it may take another one. */
  restless: boolean;
  /** Panicked, or going down to reboot. */
  /** When those who left the view without a word must have stopped, in ms; null when they have. */
  silentFromMs: number | null;
  panicked: boolean;
}
