/** What a client is told at its start, in the environment variable HA_CLIENT. */
export interface ClientConfig {
  service: string;
  address: string;
  port: number;
  ratePerSecond: number;
  /** How long one operation may take, from its planned moment. */
  timeoutMs: number;
  /** Users who log in beside the one whose session the load uses; 0 for none. */
  loginsPerSecond: number;
  user: string;
  password: string;
  keepAlive: boolean;
  /** The sabotage "forgiving-client": what did not succeed is not reported. */
  forgiving?: boolean;
  /** How long it tries to log in before it gives up, if not two minutes: a service may have to be set up first. */
  firstLoginMs?: number;
  /** Tells this client's ids from any other's. */
  idPrefix: string;
}

/** What a client by commands is told at its start, in the environment variable HA_COMMAND_CLIENT. */
export interface CommandClientConfig {
  service: string;
  /** A shell command that writes $ID, and ends with 0 once that is acknowledged. */
  write: string;
  /** A shell command that prints all ids that are there, one a line. */
  readBack: string;
  everyMs: number;
  timeoutMs: number;
  idPrefix: string;
}
