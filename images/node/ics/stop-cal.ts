/** stop-cal: stops the server and returns when its last process has gone. Usage: stop-cal.ts BASE [-f] [-v] [WORD…]. */
import { runCommand } from './control/command.ts';
import { type Found, findProcesses } from './control/found.ts';
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
  const find = () => findProcesses(base).filter(({ name }) => names.length === 0 || names.includes(name));
  const found = find();
  if (found.length === 0) {
    process.stdout.write(
      `stop-cal: ${names.length > 0 ? names.map((name) => `no ${name}`).join(', ') : 'nothing'} is running\n`,
    );
    return;
  }
  const tell = ({ name, tookMs }: Stopped) => {
    if (verbose) process.stdout.write(`${name.padEnd(9)} ended after ${tookMs.toFixed(0)} ms\n`);
  };
  // One that the watcher was just starting again may appear only now.
  for (let left = found; left.length > 0; left = find()) {
    if (force) await kill(left, runFolder, tell);
    else await stopInOrder(left, PATIENCE_MS, tell);
    removeTraces(runFolder, left);
  }
}

async function kill(
  found: readonly Found[],
  runFolder: string,
  tell: (stopped: Stopped) => void,
): Promise<void> {
  const names = found.map(({ name }) => name);
  if (!names.includes('watcher')) await announceEnds(socketOf(runFolder, 'watcher'), names);
  await killAll(found, KILL_MS, tell);
}

await runCommand('stop-cal', stop, usageOf('stop-cal', '[-f] [-v]'));
