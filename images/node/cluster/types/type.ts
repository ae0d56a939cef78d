import type { NodeConfig } from '../../config.ts';
import type { Group, MethodName, Resource, ResourceStatus, ResourceType } from '../core/types.ts';
import type { Volumes } from '../volumes.ts';

export type Severity = 'emerg' | 'alert' | 'crit' | 'err' | 'warning' | 'notice' | 'info' | 'debug';

/** The process monitor facility, as methods use it: programs that outlive the method that started them. */
export interface Processes {
  /** Runs a command, without restarts. `level`: generations of its children that count; null is all. */
  start(tag: string, command: string[], level: number | null): Promise<void>;
  /** Sends a signal to all processes of the tag (null: none). True when all of them have gone within `waitMs`. */
  stop(tag: string, signal: NodeJS.Signals | null, waitMs: number): Promise<boolean>;
  /** Whether any process of the tag is left. */
  running(tag: string): boolean;
  /** The end of what its processes have printed, also when none is left; empty when that was nothing. */
  lastWords(tag: string): string;
}

/**
 * Writes a syslog line in the guide's format (§6.10): `SC[type,group,resource,method]: [ID id daemon.severity] text`.
 * Each %s or %d of the text is replaced by the next value; the id is that of the text as it is written here.
 */
export type Log = (severity: Severity, text: string, ...values: string[]) => void;

/** What a fault monitor looks at, and how often. */
export interface Probe {
  /** Of its program, as it stands in log lines. */
  name: string;
  intervalMs: number;
  /** A probe that takes longer has failed, and is ended through its signal. */
  timeoutMs: number;
  /** Throws when the service does not work. */
  run(signal: AbortSignal, log: Log): Promise<void>;
  /** Looked at all the time: why the processes of the service are not all there; undefined when they are. */
  death?(): string | undefined;
  /** What each of its failures says of a failover. */
  failover?: FailureOptions['failover'];
}

/** The fault monitor of one resource on this node: between MONITOR_START and MONITOR_STOP. */
export interface Monitor {
  start(probe: Probe): void;
  /** Ends it; a probe under way is ended too, and waited for. */
  stop(): Promise<void>;
}

/** How the manager is to react to a failure that is more, or less, than one towards Retry_count. */
export interface FailureOptions {
  /** "at once": to another node without a restart here first. "never": restarts here only. */
  failover?: 'at once' | 'never';
}

/** What a method may use. */
export interface MethodContext {
  resource: Resource;
  type: ResourceType;
  method: MethodName;
  config: NodeConfig;
  volumes: Volumes;
  /** The resource's group, and all that is in it. */
  group: Group;
  groupResources: Resource[];
  processes: Processes;
  monitor: Monitor;
  /** The method's timeout. */
  timeoutMs: number;
  /** Aborted when the method's timeout is over. */
  signal: AbortSignal;
  /** Value of a property: as set, else the default of the registration file. */
  property(name: string): string;
  log: Log;
  /** What the agent says of its resource, apart from the manager's state. */
  setStatus(status: ResourceStatus, message: string): void;
  /** Counts as a failed probe (or the death of a process) towards Retry_count. */
  reportFailure(message: string, options?: FailureOptions): void;
}

/** VALIDATE returns what must be the same on all nodes, by what it is; all other methods return nothing. */
export type MethodOutcome = Record<string, string> | undefined;

/**
 * A method of a resource type: returns when done (START: when the service is available; STOP: when it has ended
 * completely), throws when it failed.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a method that has nothing to say just ends
export type Method = (context: MethodContext) => Promise<MethodOutcome | void>;

/**
 * A resource type whose methods are part of this program. Which methods there are and their timeouts is in the type's
 * registration file; a type that has only a registration file brings programs of its own, run with -R -T -G.
 */
export interface ResourceTypePlugin {
  type: string;
  methods: Partial<Record<MethodName, Method>>;
}

/** The words of a property that is a list. */
export function listOf(value: string): string[] {
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
