/** start-cal: starts the server and returns once it serves. Usage: start-cal.ts BASE [-v] [WORD…]. */
import { join } from 'node:path';
import { runCommand } from './control/command.ts';
import { findProcesses } from './control/found.ts';
import { Launched, type Timing } from './control/launched.ts';
import { enabledProcesses, isEnabled, requestIn, usageOf, wordOf } from './control/plan.ts';
import { prepareRunFolder } from './control/run-folder.ts';
import { startTogether } from './control/starting.ts';
import { killAll, removeTraces, stopInOrder } from './control/stopping.ts';
import { commandOf, userOf } from './control/user.ts';
import { type ProcessName, runFolderOf } from './program.ts';
import { readSettings, type Settings } from './settings.ts';

/** For each of those that a failed start leaves behind, and for all of them when killed, in ms. */
const [ORDERLY_MS, KILL_MS] = [5000, 10_000];

async function start(base: string, words: string[]): Promise<void> {
  const { names, verbose } = requestIn(words, ['-v']);
  const settings = readSettings(join(base, 'config'));
  const runFolder = runFolderOf(base);
  const user = userOf(settings);
  prepareRunFolder(runFolder, user);
  const running = findProcesses(base);
  const wanted = names.length > 0 ? asked(names, settings) : enabledProcesses(settings);
  for (const { name, pid } of running.filter((one) => wanted.includes(one.name)))
    process.stdout.write(`start-cal: ${name} is running already (process ${pid})\n`);
  const missing = wanted.filter((name) => !running.some((one) => one.name === name));
  const about = { node: process.execPath, self: process.geteuid?.() ?? 0, user };
  const httpPort = settings.number('service.http.port');
  const launch = (name: ProcessName) =>
    new Launched(name, { command: commandOf(name, base, { ...about, httpPort }), runFolder, user });
  const timings = await orNothing(missing, launch, base, runFolder);
  if (verbose) for (const timing of timings) process.stdout.write(`${inWords(timing)}\n`);
}

function asked(names: ProcessName[], settings: Settings): ProcessName[] {
  const off = names.find((name) => !isEnabled(name, settings));
  if (off === undefined) return names;
  throw new Error(`${off} is not enabled: ics.conf has service.${wordOf(off)}.enable = "no"`);
}

/** All of them, or none is left: also when the start itself is ended by a signal. */
async function orNothing(
  names: ProcessName[],
  launch: (name: ProcessName) => Launched,
  base: string,
  runFolder: string,
): Promise<Timing[]> {
  const launched: Launched[] = [];
  // Found anew each time: one may have ended, or have been started again by its watcher.
  const left = () => findProcesses(base).filter(({ name }) => launched.some((one) => one.name === name));
  const undo = async () => {
    for (let found = left(); found.length > 0; found = left())
      await stopInOrder(found, ORDERLY_MS).catch(() => killAll(found, KILL_MS));
    removeTraces(runFolder, launched);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => undo().finally(() => process.exit(1)));
  try {
    const timings = await startTogether(names, (name) => {
      const one = launch(name);
      launched.push(one);
      return one;
    });
    for (const one of launched) one.release();
    return timings;
  } catch (error) {
    await undo();
    throw error;
  }
}

function inWords({ name, loadedMs, readyMs }: Timing): string {
  return `${name.padEnd(9)} serves after ${readyMs.toFixed(0)} ms, was loaded after ${loadedMs.toFixed(0)} ms`;
}

await runCommand('start-cal', (base, words) => start(base, words), usageOf('start-cal', '[-v]'));
