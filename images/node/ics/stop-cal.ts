/** stop-cal: stops the server and returns when its last process has gone. Usage: stop-cal.ts BASE [-f] [-v] [WORD…]. */
import { runCommand } from './control/command.ts';
import { findProcesses } from './control/found.ts';
import { requestIn, usageOf } from './control/plan.ts';
import { killAll, removeTraces, type Stopped, stopInOrder } from './control/stopping.ts';
import { runFolderOf, socketOf } from './program.ts';
import { announceEnds } from './watcher/announcing.ts';

/** For each process: a store that has much to write down must be let finish. */
const PATIENCE_MS = 60_000;
const KILL_MS = 10_000;

async function stop(base: string, words: string[]): Promise<void> {
  const { names, force, verbose } = requestIn(words, ['-f', '-v']);
  const runFolder = runFolderOf(base);
  const found = findProcesses(base).filter(({ name }) => names.length === 0 || names.includes(name));
  if (found.length === 0) {
    process.stdout.write(
      `stop-cal: ${names.length > 0 ? names.map((name) => `no ${name}`).join(', ') : 'nothing'} is running\n`,
    );
    return;
  }
  const tell = ({ name, tookMs }: Stopped) => {
    if (verbose) process.stdout.write(`${name.padEnd(9)} ended after ${tookMs.toFixed(0)} ms\n`);
  };
  if (force) {
    const withWatcher = found.some(({ name }) => name === 'watcher');
    if (!withWatcher)
      await announceEnds(
        socketOf(runFolder, 'watcher'),
        found.map(({ name }) => name),
      );
    await killAll(found, KILL_MS, tell);
  } else {
    await stopInOrder(found, PATIENCE_MS, tell);
  }
  removeTraces(runFolder, found);
}

await runCommand('stop-cal', stop, usageOf('stop-cal', '[-f] [-v]'));
