/** What is compared: cluster software on two nodes and one array, with the service in one group. */
import { type Assembly, assemble } from '../../harness/containers/assembly.ts';
import type { Recorder } from '../../harness/containers/recorder.ts';
import type { Engine } from '../../harness/engine/engine.ts';
import type { ImageTags } from '../../harness/engine/images.ts';
import { SetupError } from '../../harness/errors.ts';
import type { ProfileName } from '../../harness/profiles.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import type { Topology } from '../../harness/topology.ts';

/** Where a cluster is built, and who hears it. */
export interface Place {
  engine: Engine;
  images: ImageTags;
  run: string;
  /** Label and prefix of all that belongs to this cluster. */
  drill: string;
  recorder: Recorder;
}

/** A cluster of two nodes whose service is not configured yet. */
export interface Subject {
  readonly assembly: Assembly;
  /** Where clients find the service. */
  readonly address: string;
  /** The node that decides for the cluster, if one does. */
  leader(): Promise<string>;
  /** Configures the service and brings it online on this node; nothing is pending when it returns. */
  bringOnline(node: string): Promise<void>;
  /** The operator's command; returns when the cluster says that it is done. */
  move(to: string): Promise<void>;
}

/** A moment in a failover or switchover: the first event that shows it. */
export interface Mark {
  name: string;
  shows(event: TimelineEvent): boolean;
}

export interface Side {
  /** Its word on the command line. */
  name: string;
  title: string;
  /** What it is and how it is set, in a line. */
  settings: string;
  /** Where the service's file is. */
  disk: { array: string; lun: string };
  /** Makes what it needs beside the project's own images; to be called once. */
  prepare(engine: Engine, progress: (line: string) => void): Promise<void>;
  start(place: Place): Promise<Subject>;
  /** In order of time, the first one after the fault or the operator's command. */
  marks: { powerLoss: Mark[]; move: Mark[] };
}

export const NODES = ['Node1', 'Node2'] as const;
export const otherThan = (node: string): string => NODES.find((one) => one !== node) ?? NODES[0];

/** Containers of a cluster without a client: this bench brings its own. */
export async function assembled(
  { engine, images, run, drill, recorder }: Place,
  topology: Topology,
  profile: ProfileName,
): Promise<Assembly> {
  // testcontainers finds its engine by the environment, and its own reaper is an image that nobody need have.
  process.env['DOCKER_HOST'] = engine.host;
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const load = { ratePerSecond: 1, timeoutMs: 1000 };
  const options = { engine, images, run, drill, topology, profile, recorder, load };
  return await assemble({ ...options, sabotage: null, stackedPorts: false });
}

/** Runs a command on a node to its end. @throws SetupError with what it printed when that is not a success. */
export async function command(
  assembly: Assembly,
  node: string,
  words: string[],
  deadlineMs?: number,
): Promise<string> {
  const found = assembly.nodes.get(node);
  if (found === undefined) throw new SetupError(`there is no node ${node} in this cluster`);
  const { exit, output } = await found.run(words, deadlineMs);
  if (exit !== 0)
    throw new SetupError(`${words.join(' ')} on ${node} ended with ${exit}: ${output.trim().slice(-600)}`);
  return output;
}
