/** `drill run`: from a selection of drills to a report. Engine, images, drills, report, each with its progress. */
import { type DefaultRenderer, Listr, type ListrTaskWrapper, type SimpleRenderer } from 'listr2';
import { buildReport, type RecordedDrill } from '../reports/build.ts';
import { milliseconds, outageMs } from '../reports/format.ts';
import type { Report } from '../reports/model.ts';
import { doOrder, ordersOf, type Running } from './attempts.ts';
import { monotonicMs, wallClock } from './clock.ts';
import { sweep } from './engine/cleanup.ts';
import type { Engine } from './engine/engine.ts';
import { findOrStartEngine } from './engine/find.ts';
import { ensureImages, type ImageTags } from './engine/images.ts';
import { troubleOf } from './engine/kernel.ts';
import { startWatchdog, type Watchdog } from './engine/watchdog.ts';
import { messageOf } from './errors.ts';
import { compared, record } from './history/recording.ts';
import type { History } from './history/store.ts';
import type { JobOrder } from './job.ts';
import { judge } from './judge.ts';
import { runFacts } from './run-facts.ts';
import { dropIfEmpty, makeRunFolder, newRunId, writeReport } from './run-folder.ts';
import { dismissSpare, keepSpare } from './schedule.ts';
import { topologies, variantsOf } from './topology.ts';
import { MachineTurns } from './turns.ts';

export interface RunOptions extends Omit<Running, 'id' | 'folder' | 'originMs'> {
  /** How many drills at the same time. */
  jobs: number;
  /** Every claim of the guide is compared, and not those of the selected drills alone; by a shard only once it is merged. */
  allClaims: boolean;
  shard: { index: number; count: number } | undefined;
  /** Where the run is to be compared with those before it, and to be kept; undefined for neither. */
  history: History | undefined;
  out: string | undefined;
  command: string;
}

/** What the stages of a run hand on to each other. */
interface Context {
  running: Running;
  engine?: Engine;
  images?: ImageTags;
  watchdog?: Watchdog;
  recorded: RecordedDrill[];
  /** True once a drill's cluster is to stay for looking around. */
  kept: boolean;
  stages: Report['run']['stages'];
  report?: Report;
  /** What ended a stage; its line in the progress has only the beginning of it. */
  failure?: unknown;
}

type Task = ListrTaskWrapper<Context, typeof DefaultRenderer, typeof SimpleRenderer>;

export async function runDrills(options: RunOptions): Promise<{ report: Report; folder: string }> {
  const [id, originMs, started] = [newRunId(), monotonicMs(), wallClock().toISOString()];
  const folder = makeRunFolder(id, options.out);
  const context: Context = {
    running: { ...options, id, folder, originMs },
    recorded: [],
    kept: false,
    stages: [],
  };
  const tasks = new Listr<Context, 'default', 'simple'>(
    [
      { title: 'Engine', task: (_, task) => stage(context, 'engine', () => findEngine(context, task)) },
      { title: 'Images', task: (_, task) => stage(context, 'images', () => makeImages(context, task)) },
      { title: 'Drills', task: (_, task) => allDrills(context, task, options.jobs) },
      { title: 'Report', task: () => tellReport(context, options, started) },
    ],
    {
      ctx: context,
      fallbackRenderer: 'simple',
      rendererOptions: { collapseSubtasks: false, collapseErrors: true },
      registerSignalListeners: false,
    },
  );
  // Whatever ends the run, what it made is taken down; the watchdog does it should this process die.
  await tasks
    .run()
    .catch((error) => {
      dropIfEmpty(folder);
      throw context.failure ?? error;
    })
    .finally(() => takeDown(context));
  if (context.report === undefined) throw new Error('the run ended without a report');
  return { report: context.report, folder };
}

async function stage(context: Context, name: string, work: () => Promise<void>): Promise<void> {
  const began = monotonicMs();
  await told(context, work);
  context.stages.push({ name, durationMs: monotonicMs() - began });
}

/** The whole of an error is said once, at the end. */
async function told(context: Context, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    context.failure ??= error;
    throw new Error(messageOf(error).split(/[.:;\n]/)[0]);
  }
}

/** Lines of set-up. A build's steps are for a terminal, where the next one replaces them; elsewhere they would bury the rest. */
function teller(task: Task): (line: string) => void {
  return (line) => {
    if (process.stdout.isTTY || !line.startsWith('  ')) task.output = line;
  };
}

async function findEngine(context: Context, task: Task): Promise<void> {
  const engine = await findOrStartEngine(teller(task));
  context.engine = engine;
  const trouble = troubleOf(engine);
  if (trouble !== null) task.output = `warning: this machine is not fit: ${trouble}`;
  task.title = `Engine: ${engine.kind}, Docker ${engine.version}`;
  context.watchdog = await startWatchdog(context.running.id, engine, context.running.folder);
}

async function makeImages(context: Context, task: Task): Promise<void> {
  if (!context.engine) return;
  const models = new Set(context.running.selection.map(({ model }) => model));
  const own = context.running.selection.flatMap(({ topology }) => topology ?? []);
  const variants = [...topologies.filter(({ model }) => models.has(model)), ...own].flatMap(variantsOf);
  context.images = await ensureImages(context.engine, teller(task), variants);
}

/** A line for each drill: what it is doing now, and in the end what came of it. */
function allDrills(context: Context, task: Task, concurrent: number): Listr<Context, 'default', 'simple'> {
  const { running, engine, images } = context;
  if (!engine || !images) throw new Error('no engine or images: the earlier stages did not end');
  const began = monotonicMs();
  const orders = ordersOf(running, engine, images);
  const turns = new MachineTurns();
  const isAlone = ({ name }: JobOrder) =>
    running.selection.some(({ drill }) => drill.options.name === name && drill.options.alone === true);
  // Those that need the machine for themselves come last, so that nobody waits for them.
  orders.sort((a, b) => Number(isAlone(a)) - Number(isAlone(b)));
  let [waiting, left] = [orders.length, orders.length];
  const one = (order: JobOrder) => async (_: Context, sub: Task) => {
    if (running.signal.aborted) return void sub.skip('interrupted');
    const named = concurrent > 1 && !process.stdout.isTTY;
    waiting -= 1;
    await turns.take(isAlone(order), () => {
      const work = doOne(context, engine, order, sub, named);
      if (waiting > 0) keepSpare();
      return told(context, () => work);
    });
    left -= 1;
    if (left === 0) context.stages.push({ name: 'drills', durationMs: monotonicMs() - began });
  };
  const many = orders.length;
  const tasks = orders.map((order, index) => ({
    title: many > 1 ? `${order.id} (${index + 1} of ${many})` : order.id,
    task: one(order),
  }));
  return task.newListr(tasks, { concurrent, exitOnError: true }) as Listr<Context, 'default', 'simple'>;
}

/** `named`: its lines stand among those of other drills. */
async function doOne(
  context: Context,
  engine: Engine,
  order: JobOrder,
  task: Task,
  named: boolean,
): Promise<void> {
  const recorded = await doOrder(order, context.running, engine, (text) => {
    task.output = named ? `${order.id}: ${text}` : text;
  });
  context.recorded.push(recorded);
  const { verdict, outages } = judge(recorded.timeline, recorded.facts);
  const writes = outages.filter(({ kind }) => kind === 'write');
  const cut = writes.map(
    (outage) => `${outage.censored ? 'at least ' : ''}${milliseconds(outageMs(outage))}`,
  );
  task.title = `${order.id}: ${verdict}${cut.length > 0 ? `, writes cut off for ${cut.join(' and ')}` : ''}`;
  if (order.keepOnFailure && verdict !== 'upheld') context.kept = true;
}

function tellReport(context: Context, options: RunOptions, started: string): void {
  const { running, engine, images, stages, recorded } = context;
  recorded.sort((a, b) => a.facts.beganMs - b.facts.beganMs);
  const { selection, seed, command, signal, jobs, allClaims, shard, history } = options;
  const durationMs = monotonicMs() - running.originMs;
  const facts = runFacts({
    ...{ id: running.id, seed, started, durationMs, command, stages, engine, images },
    ...{ interrupted: signal.aborted, jobs, selection, allClaims, shard },
  });
  const report = buildReport(facts, recorded);
  context.report = history === undefined ? report : compared(report, history);
  writeReport(running.folder, context.report);
  if (history !== undefined) record(report, history);
}

async function takeDown({ engine, watchdog, running, kept, report }: Context): Promise<void> {
  dismissSpare();
  if (!engine || !watchdog) return;
  if (kept) return await watchdog.leave();
  await sweep(engine.docker, { run: running.id }).catch((error: unknown) => {
    // What was found stands, though the engine keeps something.
    if (report === undefined) throw error;
    process.stderr.write(`warning: ${messageOf(error)}\n`);
  });
  await watchdog[Symbol.asyncDispose]();
}
