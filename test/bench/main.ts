/** `npm run bench`: parsing, progress on stderr, the findings on stdout, and an exit code. A benchmark has no limit to miss. */
import { monotonicMs, wallClock } from '../../harness/clock.ts';
import { DrillError, ExitCode, messageOf } from '../../harness/errors.ts';
import { interruption } from '../../harness/run-command.ts';
import { dropIfEmpty, makeRunFolder, newRunId } from '../../harness/run-folder.ts';
import { cpuTicks, cpuUse, machineFacts } from './machine.ts';
import { type BenchName, type BenchOptions, benchOptions } from './options.ts';
import { type Findings, renderBench, writeBench } from './report.ts';
import { inWorkshop, type Workshop } from './workshop.ts';

type Bench = (options: BenchOptions, around: Omit<Workshop, 'engine' | 'images'>) => Promise<Findings>;

/** Each is loaded only when it is asked for: some load a good deal. */
const benches: Record<BenchName, () => Promise<Bench>> = {
  pacemaker: async () => inContainers((await import('./pacemaker.ts')).benchPacemaker),
  schedules: async () => (await import('./schedules.ts')).benchSchedules,
  daemon: async () => inContainers((await import('./daemon.ts')).benchDaemon),
  switchover: async () => inContainers((await import('./latency.ts')).benchSwitchover),
  growth: async () => inContainers((await import('./latency.ts')).benchGrowth),
  store: async () => (await import('./store.ts')).benchStore,
  calendar: async () => (await import('./calendar.ts')).benchCalendar,
  gate: async () => (await import('./gate.ts')).benchGate,
};

function inContainers(bench: (options: BenchOptions, workshop: Workshop) => Promise<Findings>): Bench {
  return async (options, around) => await inWorkshop(around, (workshop) => bench(options, workshop));
}

async function run(options: BenchOptions): Promise<number> {
  const [started, beganMs, before] = [wallClock().toISOString(), monotonicMs(), cpuTicks()];
  const id = `bench-${newRunId()}`;
  const folder = makeRunFolder(id, options.out);
  const signal = interruption();
  const tell = (line: string) => {
    // What stands further in are the steps of a build.
    if (!line.startsWith('  ')) process.stderr.write(`${line}\n`);
  };
  try {
    const bench = await benches[options.bench]();
    const findings = await bench(options, { run: id, folder, tell, signal });
    if (signal.aborted) findings.sentences.unshift('- Interrupted: this is what had been measured by then.');
    const report = {
      bench: options.bench,
      id,
      command: `npm run bench -- ${process.argv.slice(2).join(' ')}`,
      seed: options.seed,
      started,
      durationMs: monotonicMs() - beganMs,
      machine: { ...machineFacts(), stealPercent: cpuUse(before, cpuTicks())?.stealPercent ?? null },
      ...findings,
    };
    writeBench(folder, report);
    process.stdout.write(`${renderBench(report)}\nReport: ${folder}/bench.md\n`);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    dropIfEmpty(folder);
  }
  return signal.aborted ? ExitCode.interrupted : ExitCode.asExpected;
}

async function main(): Promise<number> {
  try {
    const options = benchOptions(process.argv.slice(2));
    return options === null ? ExitCode.asExpected : await run(options);
  } catch (error) {
    process.stderr.write(`bench: ${messageOf(error)}\n`);
    if (process.env['DEBUG']) console.error(error);
    return error instanceof DrillError ? error.exitCode : ExitCode.setUp;
  }
}

process.exit(await main());
