import type { NodeConfig } from '../../config.ts';
import type { MethodName, Resource, ResourceStatus, ResourceType } from '../core/types.ts';
import type { Volumes } from '../volumes.ts';

export type Severity = 'emerg' | 'alert' | 'crit' | 'err' | 'warning' | 'notice' | 'info' | 'debug';

/** What a method may use. */
export interface MethodContext {
  resource: Resource;
  type: ResourceType;
  method: MethodName;
  config: NodeConfig;
  volumes: Volumes;
  /** Aborted when the method's timeout is over. */
  signal: AbortSignal;
  /** Value of a property: as set, else the default of the registration file. */
  property(name: string): string;
  /** A syslog line in the guide's format (§6.10): `SC[type,group,resource,method]: [ID id daemon.severity] text`. */
  log(severity: Severity, text: string): void;
  /** What the agent says of its resource, apart from the manager's state. */
  setStatus(status: ResourceStatus, message: string): void;
  /** Counts as a failed probe (or the death of a process) towards Retry_count. */
  reportFailure(message: string): void;
}

/** VALIDATE returns what must be the same on all nodes, by what it is; all other methods return nothing. */
export type MethodOutcome = Record<string, string> | undefined;

/**
 * A method of a resource type: returns when done (START: when the service is available; STOP: when it has ended
 * completely), throws when it failed.
 */
export type Method = (context: MethodContext) => Promise<MethodOutcome | undefined>;

/**
 * A resource type whose methods are part of this program. Which methods there are and their timeouts is in the type's
 * registration file; a type that has only a registration file brings programs of its own, run with -R -T -G.
 */
export interface ResourceTypePlugin {
  type: string;
  methods: Partial<Record<MethodName, Method>>;
}
