/** What only topologies say that a user has written: docs/topologies.md. */
export interface OwnParts {
  /** The model of ours whose drills are for it, and whose claims they bear on. */
  like?: string;
  /** By node: what its container may use of the machine. */
  limits?: Record<string, { cpus?: number | undefined; memoryMiB?: number | undefined }>;
  heartbeat?: { quantumMs: number; timeoutMs: number };
  /** Operations per second of each client. */
  ratePerSecond?: number;
  /** Commands that set up groups beside the calendar services. */
  further?: Typed[];
}

/** Commands that are typed on a node, one after the other. */
export interface Typed {
  node: string;
  commands: string[];
}
