/** What a fault may use to do its work from outside of the nodes. Each call returns the moment at which it began. */
export interface Levers {
  linksDown(node: string): Promise<number>;
  cutPorts(node: string): Promise<number>;
  kill(node: string): Promise<number>;
  /** The directory's cables are out and it stands still. */
  directorySilent(): Promise<number>;
  /** The directory's server dies; its machine goes on. */
  directoryKilled(): Promise<number>;
}

/** One way of breaking something. Whether it was applied is judged from what others saw: see verification.ts. */
export interface Fault {
  name: string;
  target: string;
  /** Does it. Calls `applied` with the moment of its first effect. */
  apply(levers: Levers, applied: (at: number) => void): Promise<void>;
}
