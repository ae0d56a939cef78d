/** What only topologies say that a user has written: docs/topologies.md. */
export interface OwnParts {
  /** The model of ours whose drills are for it, and whose claims they bear on. */
  like?: string;
  /** By node: what its container may use of the machine. */
  limits?: Record<string, { cpus?: number | undefined; memoryMiB?: number | undefined }>;
  heartbeat?: { quantumMs: number; timeoutMs: number };
  /** Operations per second of each client. */
  ratePerSecond?: number;
  commandClients?: CommandClient[];
  /** Commands that set up groups beside the calendar services. */
  further?: Typed[];
}

/** A service that a client uses by a command of its own, as a runbook says (docs/runbooks.md). */
export interface CommandClient {
  /** Name of the service, as its group's. */
  service: string;
  /** Its logical hostname. */
  host: string;
  /** Where its file system belongs. */
  mountPoint: string;
  write: string;
  readBack: string;
  everyMs: number;
  timeoutMs: number;
  packages: string[];
}

/** Commands that are typed on a node, one after the other. */
export interface Typed {
  node: string;
  commands: string[];
}
