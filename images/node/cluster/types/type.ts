import type { NodeConfig } from '../../config.ts';
import type { Arrays } from '../arrays.ts';
import type { MethodName, Resource } from '../core/types.ts';

/** What a method may use. */
export interface MethodContext {
  resource: Resource;
  config: NodeConfig;
  arrays: Arrays;
  log(text: string): void;
}

/** A method of a resource type: returns when done (START: when the service is available), throws when it failed. */
export interface Method {
  /** The product's name of it, as it stands in logs. */
  name: string;
  run(context: MethodContext): Promise<void>;
}

/** A resource type as a plug-in. `probe` is its fault monitor's question, asked every `probeIntervalMs`. */
export interface ResourceTypePlugin {
  type: string;
  methods: Partial<Record<MethodName, Method>>;
  probe?: { intervalMs: number; run(context: MethodContext): Promise<void> };
}
