/** watcher: starts processes of the server again that died (product's manual). Usage: watcher.ts BASE */
import { findProcesses, lives } from './control/found.ts';
import { Launched } from './control/launched.ts';
import { killAll, removeTraces, stopInOrder } from './control/stopping.ts';
import { commandOf, userOf } from './control/user.ts';
import { runProgram, type Surroundings, socketOf } from './program.ts';
import { sabotaged } from './sabotage.ts';
import { type Hands, Supervision } from './watcher/supervision.ts';
import { watch } from './watcher/watching.ts';

/** For one process to end in order when the whole instance ends, in ms, and for all of them when killed. */
const [ORDERLY_MS, KILL_MS] = [5000, 10_000];

function handsOf({ base, runFolder, settings, say }: Surroundings): Hands {
  const about = { node: process.execPath, self: process.geteuid?.() ?? 0, user: userOf(settings) };
  const httpPort = settings.number('service.http.port');
  return {
    rules: () => ({
      autorestart: settings.yes('local.autorestart'),
      timeoutMs: settings.number('local.autorestart.timeout') * 1000,
      ha: settings.yes('local.server.ha.enabled'),
      withoutLimit: sabotaged('restart-without-limit'),
      ...(sabotaged('leaves-csadmind') ? { leaves: 'csadmind' as const } : {}),
    }),
    launch: (name) =>
      new Launched(name, {
        command: commandOf(name, base, { ...about, httpPort }),
        runFolder,
        user: about.user,
      }),
    lives,
    endInstance: () => void endInstance(base, runFolder, say),
    say,
  };
}

/** Nothing of the instance is left when this process has ended, which it does last. */
async function endInstance(base: string, runFolder: string, say: (text: string) => void): Promise<void> {
  const others = () => findProcesses(base).filter(({ pid }) => pid !== process.pid);
  const ended = others();
  try {
    await stopInOrder(ended, ORDERLY_MS);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}; all are killed`);
  }
  try {
    // One that was being started again may have been too young to be found.
    for (let left = others(); left.length > 0; left = others()) await killAll(left, KILL_MS);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
  removeTraces(runFolder, [...ended, { name: 'watcher', pid: process.pid }]);
  process.exit(1);
}

await runProgram('watcher', async (around) => {
  const supervision = new Supervision(handsOf(around));
  const { stop } = await watch(socketOf(around.runFolder, 'watcher'), {
    onLost: (lost) => void supervision.onLost(lost),
    onRegistered: ({ name, pid }) => around.say(`${name} is registered, as process ${pid}`),
  });
  return {
    stop: () => {
      supervision.end();
      return stop();
    },
  };
});
