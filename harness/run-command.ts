/** `drill run` for a person: Ctrl-C, and the last line in words. */
import { ExitCode, UsageError } from './errors.ts';
import { compareWithBaseline, GATE_LIMITS } from './history-commands.ts';
import { type RunOptions, runDrills } from './run.ts';
import { shownPath } from './run-folder.ts';

/** Aborted by the first Ctrl-C or a polite end; the second Ctrl-C ends at once, and the watchdog does the rest. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      process.stderr.write(`\n${signal}: taking the drills down\n`);
      controller.abort(new Error(signal));
    });
  }
  return controller.signal;
}

export interface TellOptions extends RunOptions {
  /** Compares the run with the baseline of its history at the end. */
  gate: boolean;
}

export async function runAndTell(options: TellOptions): Promise<number> {
  const { report, folder } = await runDrills(options);
  for (const drill of report.drills) {
    const red = drill.checks.filter(({ verdict, expected }) => verdict !== expected);
    for (const { name, verdict, evidence } of red) {
      process.stdout.write(`${drill.id}: ${name} is ${verdict}: ${evidence[0] ?? 'no evidence'}\n`);
    }
    if (drill.problem !== null) process.stdout.write(`${drill.id}: ${drill.problem}\n`);
  }
  const gated =
    options.gate && !report.run.interrupted ? gateOf(options, report.run.id) : ExitCode.asExpected;
  process.stdout.write(`${report.sentence} Report: ${shownPath(folder)}\n`);
  return report.exitCode === ExitCode.asExpected ? gated : report.exitCode;
}

/** The run is over and its report written: without a baseline that fits, that is said, and is no crash. */
function gateOf({ history }: TellOptions, run: string): number {
  if (history === undefined) return ExitCode.asExpected;
  try {
    return compareWithBaseline(history.folder, run, GATE_LIMITS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`drill: --gate: ${error.message}\n`);
    return error.exitCode;
  }
}
