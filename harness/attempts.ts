/** From what was selected to jobs, and from a job to what it recorded, a second attempt and a crash included. */
import type { RecordedDrill } from '../reports/build.ts';
import { claimsModel, type Selection } from './catalog.ts';
import { monotonicMs } from './clock.ts';
import { sweep } from './engine/cleanup.ts';
import type { Engine } from './engine/engine.ts';
import type { ImageTags } from './engine/images.ts';
import { troubleOf } from './engine/kernel.ts';
import { SetupError } from './errors.ts';
import { claimsOn } from './guide/claims.ts';
import type { JobOrder } from './job.ts';
import { judge } from './judge.ts';
import type { ProfileName } from './profiles.ts';
import { randomFrom } from './random.ts';
import { readRecorded, saveFacts } from './run-folder.ts';
import { type Sabotage, sabotages } from './sabotages.ts';
import { doJob } from './schedule.ts';
import type { DrillFacts } from './timeline.ts';

/** What all drills of a run have in common. */
export interface Running {
  id: string;
  folder: string;
  /** The run's beginning on this host's monotonic clock, in ms. */
  originMs: number;
  selection: Selection[];
  profile: ProfileName;
  seed: number;
  repeat: number;
  timeoutMs: number;
  sabotage: Sabotage | null;
  keepOnFailure: boolean;
  stackedPorts: boolean;
  signal: AbortSignal;
}

export function ordersOf(running: Running, engine: Engine, images: ImageTags): JobOrder[] {
  const { selection, repeat, seed, profile, sabotage, timeoutMs, keepOnFailure, stackedPorts } = running;
  return selection.flatMap(({ drill, model, topology, runbook }) =>
    Array.from({ length: repeat }, (_, index) => ({
      run: running.id,
      runFolder: running.folder,
      originMs: running.originMs,
      engineHost: engine.host,
      images,
      id: [
        drill.options.name,
        // It names containers, which may have no "+" in their names.
        model.replaceAll('+', 'plus'),
        ...(repeat > 1 ? [String(index + 1).padStart(String(repeat).length, '0')] : []),
      ].join('.'),
      name: drill.options.name,
      file: drill.file,
      model,
      topology,
      ...(runbook === undefined ? {} : { runbook }),
      profile,
      // The first one has the run's own seed, so that the command that repeats it is short.
      seed: index === 0 ? seed : randomFrom(seed, `repetition ${index + 1}`).integer(1, 2 ** 31 - 1),
      repetition: index + 1,
      sabotage,
      timeoutMs,
      keepOnFailure,
      stackedPorts,
    })),
  );
}

/** Does one job. An inconclusive one is done once more with the same seed before it counts, unless it was made so. */
export async function doOrder(
  order: JobOrder,
  running: Running,
  engine: Engine,
  tell: (text: string) => void,
): Promise<RecordedDrill> {
  const first = await attempt(order, running, engine, tell);
  const { verdict, validity, checks } = judge(first.timeline, first.facts);
  const meant = sabotages.some((row) => row.name === order.sabotage && row.verdict === 'inconclusive');
  if (verdict !== 'inconclusive' || meant || running.signal.aborted || order.keepOnFailure) return first;
  const undecided = checks.find((check) => check.verdict === 'inconclusive');
  const reason =
    first.facts.problem ??
    validity.reasons[0] ??
    (undecided === undefined ? 'no reason known' : `${undecided.name}: ${undecided.evidence[0]}`);
  tell(`inconclusive (${reason}); once more with the same seed`);
  const second = await attempt({ ...order, id: `${order.id}.again` }, running, engine, tell);
  const facts = { ...second.facts, earlierAttempt: `inconclusive: ${reason}` };
  saveFacts(running.folder, facts);
  return { ...second, facts };
}

async function attempt(
  order: JobOrder,
  running: Running,
  engine: Engine,
  tell: (text: string) => void,
): Promise<RecordedDrill> {
  const beganMs = monotonicMs() - running.originMs;
  const troubleBefore = troubleOf(engine);
  const { problem, setUpFailed } = await doJob(order, tell, running.signal);
  const trouble = troubleBefore === null ? troubleOf(engine) : null;
  if (trouble !== null) throw new SetupError(`during ${order.id} the machine broke: ${trouble}`);
  if (setUpFailed !== null) throw new SetupError(setUpFailed);
  if (problem !== null) await sweep(engine.docker, { run: order.run, drill: order.id });
  const recorded = readRecorded(running.folder, order.id);
  if (recorded) return recorded;
  const endedMs = monotonicMs() - running.originMs;
  const facts = factsOfCrash(order, running, { beganMs, endedMs, problem: problem ?? 'it left no record' });
  saveFacts(running.folder, facts);
  return { timeline: [], logs: [], facts };
}

function factsOfCrash(
  { id, name, model, topology, profile, seed, repetition, sabotage }: JobOrder,
  { selection }: Running,
  ended: Pick<DrillFacts, 'beganMs' | 'endedMs' | 'problem'>,
): DrillFacts {
  const drill = selection.find((one) => one.drill.options.name === name)?.drill;
  const load = { ratePerSecond: 0, writesPerSecond: 0, readsPerSecond: 0, timeoutMs: 0 };
  return {
    ...{ id, name, model, profile, seed, repetition, sabotage, load, ...ended },
    title: drill?.title ?? name,
    claims: claimsOn(claimsModel({ model, topology }), drill?.options.claims ?? []),
    checks: drill?.options.checks ?? [],
    nodes: [],
    services: [],
  };
}
