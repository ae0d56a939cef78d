/** `drill run`: from a selection of drills to a report. Engine, images, drills, report, each with its progress. */
import { cpus, release, totalmem } from 'node:os';
import { type DefaultRenderer, Listr, type ListrTaskWrapper, type SimpleRenderer } from 'listr2';
import packageJson from '../package.json' with { type: 'json' };
import { buildReport, type RecordedDrill, type RunFacts } from '../reports/build.ts';
import type { Report } from '../reports/model.ts';
import type { Selection } from './catalog.ts';
import { monotonicMs, wallClock } from './clock.ts';
import { sweep } from './engine/cleanup.ts';
import type { Engine } from './engine/engine.ts';
import { findOrStartEngine } from './engine/find.ts';
import { ensureImages, type ImageTags } from './engine/images.ts';
import { startWatchdog } from './engine/watchdog.ts';
import { SetupError } from './errors.ts';
import type { JobOrder } from './job.ts';
import { judge } from './judge.ts';
import type { ProfileName } from './profiles.ts';
import { randomFrom } from './random.ts';
import { makeRunFolder, newRunId, readRecorded, writeReport } from './run-folder.ts';
import type { Sabotage } from './sabotages.ts';
import { doJob } from './schedule.ts';
import type { DrillFacts } from './timeline.ts';

export interface RunOptions {
  selection: Selection[];
  profile: ProfileName;
  seed: number;
  repeat: number;
  jobs: number;
  timeoutMs: number;
  sabotage: Sabotage | null;
  keepOnFailure: boolean;
  stackedPorts: boolean;
  out: string | undefined;
  command: string;
  /** Aborted by Ctrl-C: drills are killed, what they made is removed, what was recorded is reported. */
  signal: AbortSignal;
}

interface Context {
  engine?: Engine;
  images?: ImageTags;
  recorded: RecordedDrill[];
  kept: boolean;
}

type Task = ListrTaskWrapper<Context, typeof DefaultRenderer, typeof SimpleRenderer>;

export async function runDrills(options: RunOptions): Promise<{ report: Report; folder: string }> {
  const [id, originMs, started] = [newRunId(), monotonicMs(), wallClock().toISOString()];
  const folder = makeRunFolder(id, options.out);
  const context: Context = { recorded: [], kept: false };
  const stages: Report['run']['stages'] = [];
  const timed = (name: string, work: (task: Task) => Promise<void>) => async (_: Context, task: Task) => {
    const began = monotonicMs();
    await work(task).finally(() => stages.push({ name, durationMs: monotonicMs() - began }));
  };
  const tell = (task: Task) => (line: string) => {
    // The steps of a build are for a terminal, where the next one replaces them; elsewhere they would bury the rest.
    if (process.stdout.isTTY || !line.startsWith('  ')) task.output = line;
  };
  let report: Report | undefined;
  const tasks = new Listr<Context, 'default', 'simple'>(
    [
      {
        title: 'Engine',
        task: timed('engine', async (task) => {
          const engine = await findOrStartEngine(tell(task));
          context.engine = engine;
          task.title = `Engine: ${engine.kind}, Docker ${engine.version}`;
        }),
      },
      {
        title: 'Images',
        task: timed('images', async (task) => {
          if (context.engine) context.images = await ensureImages(context.engine, tell(task));
        }),
      },
      {
        title: 'Drills',
        task: timed('drills', (task) => runAll({ ...options, id, folder, originMs }, context, tell(task))),
      },
      {
        title: 'Report',
        task: timed('report', async () => {
          const run = runFacts(id, started, originMs, options, context, stages);
          report = buildReport(run, context.recorded);
          writeReport(folder, report);
        }),
      },
    ],
    {
      ctx: context,
      fallbackRenderer: 'simple',
      rendererOptions: { collapseSubtasks: false },
      registerSignalListeners: false,
    },
  );
  await tasks.run();
  if (report === undefined) throw new Error('the run ended without a report');
  return { report, folder };
}

type Running = RunOptions & { id: string; folder: string; originMs: number };

/** All jobs, `jobs` at a time, under a watchdog that removes what they made if this process should die. */
async function runAll(running: Running, context: Context, tell: (line: string) => void): Promise<void> {
  const { engine, images } = context;
  if (!engine || !images) throw new Error('no engine or images: the earlier stages did not end');
  const watchdog = await startWatchdog(running.id, engine);
  const queue = ordersOf(running, engine, images);
  const total = queue.length;
  let done = 0;
  const worker = async () => {
    for (let order = queue.shift(); order !== undefined && !running.signal.aborted; order = queue.shift()) {
      const name = order.id;
      const recorded = await doOrder(order, running, engine, (text) => tell(`${name}: ${text}`));
      context.recorded.push(recorded);
      const { verdict } = judge(recorded.timeline, recorded.facts);
      if (running.keepOnFailure && verdict !== 'upheld') context.kept = true;
      done += 1;
      tell(`${name}: ${verdict} (${done} of ${total})`);
    }
  };
  try {
    await Promise.all(Array.from({ length: running.jobs }, worker));
  } finally {
    if (context.kept) await watchdog.leave();
    else {
      await sweep(engine.docker, { run: running.id });
      await watchdog[Symbol.asyncDispose]();
    }
  }
}

function ordersOf(running: Running, engine: Engine, images: ImageTags): JobOrder[] {
  const { selection, repeat, seed, profile, sabotage, timeoutMs, keepOnFailure, stackedPorts } = running;
  return selection.flatMap(({ drill, model }) =>
    Array.from({ length: repeat }, (_, index) => ({
      run: running.id,
      runFolder: running.folder,
      originMs: running.originMs,
      engineHost: engine.host,
      images,
      id: [
        drill.options.name,
        model,
        ...(repeat > 1 ? [String(index + 1).padStart(String(repeat).length, '0')] : []),
      ].join('.'),
      name: drill.options.name,
      file: drill.file,
      model,
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

/** Does one job. An inconclusive one is done once more with the same seed before it counts, but not under a sabotage. */
async function doOrder(
  order: JobOrder,
  running: Running,
  engine: Engine,
  tell: (text: string) => void,
): Promise<RecordedDrill> {
  const first = await attempt(order, running, engine, tell);
  const { verdict, validity } = judge(first.timeline, first.facts);
  if (verdict !== 'inconclusive' || order.sabotage !== null || running.signal.aborted || order.keepOnFailure)
    return first;
  const reason = first.facts.problem ?? validity.reasons[0] ?? 'no reason known';
  tell(`inconclusive (${reason}); once more with the same seed`);
  const second = await attempt({ ...order, id: `${order.id}.again` }, running, engine, tell);
  return { ...second, facts: { ...second.facts, earlierAttempt: `inconclusive: ${reason}` } };
}

async function attempt(
  order: JobOrder,
  running: Running,
  engine: Engine,
  tell: (text: string) => void,
): Promise<RecordedDrill> {
  const beganMs = monotonicMs() - running.originMs;
  const { problem, setUpFailed } = await doJob(order, tell, running.signal);
  if (setUpFailed !== null) throw new SetupError(setUpFailed);
  if (problem !== null) await sweep(engine.docker, { run: order.run, drill: order.id });
  const recorded = readRecorded(running.folder, order.id);
  if (recorded) return recorded;
  const endedMs = monotonicMs() - running.originMs;
  return {
    timeline: [],
    logs: [],
    facts: factsOfCrash(order, running, { beganMs, endedMs, problem: problem ?? 'it left no record' }),
  };
}

function factsOfCrash(
  { id, name, model, profile, seed, repetition, sabotage }: JobOrder,
  { selection }: Running,
  ended: Pick<DrillFacts, 'beganMs' | 'endedMs' | 'problem'>,
): DrillFacts {
  const drill = selection.find((one) => one.drill.options.name === name)?.drill;
  const load = { ratePerSecond: 0, writesPerSecond: 0, readsPerSecond: 0, timeoutMs: 0 };
  return {
    ...{ id, name, model, profile, seed, repetition, sabotage, load, ...ended },
    title: drill?.title ?? name,
    claims: drill?.options.claims ?? [],
    nodes: [],
    services: [],
  };
}

function runFacts(
  id: string,
  started: string,
  originMs: number,
  { selection, seed, command, signal }: RunOptions,
  { engine, images }: Context,
  stages: Report['run']['stages'],
): RunFacts {
  return {
    id,
    seed,
    started,
    command,
    stages,
    durationMs: monotonicMs() - originMs,
    versions: {
      'ha-drills': packageJson.version,
      node: process.version,
      engine: engine?.version ?? '',
      ...images,
    },
    engine: { kind: engine?.kind ?? '', host: engine?.host ?? '', version: engine?.version ?? '' },
    machine: {
      platform: `${process.platform} ${process.arch}`,
      kernel: release(),
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryMiB: Math.round(totalmem() / 2 ** 20),
    },
    interrupted: signal.aborted,
    expectedClaims: [...new Set(selection.flatMap(({ drill }) => drill.options.claims))],
  };
}
