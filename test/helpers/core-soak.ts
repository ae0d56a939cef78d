/**
 * Runs random schedules of the core on all processors: this file is also the program of each of them. Every share has
 * a seed of its own, derived from the one that is given; a failure comes with the seed, the path and the schedule
 * shrunk to its least.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import fc from 'fast-check';
import type { CoreSabotage } from '../../images/node/cluster/core/types.ts';
import { run } from './core-runs.ts';
import { schedules } from './core-schedules.ts';

const program = fileURLToPath(import.meta.url);

/** Resolves with a line for each share; @throws with what the first failing share found. */
export async function soak(count: number, seed: number, sabotage: CoreSabotage = null): Promise<string[]> {
  const shares = availableParallelism();
  const cancel = new AbortController();
  const one = async (share: number) => {
    const runs = Math.ceil(count / shares);
    const args = [program, String(runs), String(seed + share), sabotage ?? ''];
    const { failed, stdout, stderr } = await execa('node', args, {
      ...{ reject: false, cancelSignal: cancel.signal, forceKillAfterDelay: 1000 },
    });
    if (!failed) return stdout;
    const error = new Error(stdout || stderr || 'a share of the schedules was interrupted');
    if (!cancel.signal.aborted) cancel.abort();
    throw error;
  };
  return await Promise.all(Array.from({ length: shares }, (_, share) => one(share)));
}

if (process.argv[1] === program) {
  const [runs, seed, sabotage] = process.argv.slice(2);
  const broken = { sabotage: (sabotage || null) as CoreSabotage };
  const property = fc.property(schedules, (schedule) => {
    run(schedule, broken);
  });
  const details = fc.check(property, { numRuns: Number(runs), seed: Number(seed) });
  process.stdout.write(
    details.failed
      ? `${fc.defaultReportMessage(details)}\n${details.errorInstance}\n`
      : `${details.numRuns} schedules, seed ${seed}`,
  );
  process.exit(details.failed ? 1 : 0);
}
