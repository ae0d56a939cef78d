/**
 * One drill in a process of its own, under mocha: started by the scheduler with the job as a message, so that drills
 * can run side by side and one that goes wrong takes nothing with it.
 */
import Mocha from 'mocha';
import { setJob } from './drill.ts';
import { dockerAt } from './engine/docker-at.ts';
import { messageOf } from './errors.ts';
import type { JobMessage, JobOrder } from './job.ts';

class SilentReporter extends Mocha.reporters.Base {}

const send = (message: JobMessage) => process.send?.(message);

/** Ends this process for a reason that is not the drill's: the machine cannot do it, whatever the drill. */
function giveUp(error: unknown): Promise<never> {
  const full = (error as NodeJS.ErrnoException)?.code === 'ENOSPC';
  const wayOut = full ? '; free some space where the report goes, or name another folder with --out' : '';
  const message: JobMessage = { setUpFailed: `${messageOf(error)}${wayOut}` };
  return new Promise(() => {
    process.send?.(message, () => process.exit(1));
  });
}

process.on('uncaughtException', giveUp);

// Without the scheduler nobody sweeps after this process: it must not go on to create things.
process.on('disconnect', () => process.exit(1));

// Takes a third of a second, best spent while this process still waits for its job.
void import('testcontainers').catch(() => undefined);

process.once('message', async (message) => {
  const order = message as JobOrder;
  // testcontainers finds its engine by the environment, and its own reaper is an image that nobody need have.
  process.env['DOCKER_HOST'] = order.engineHost;
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  // Otherwise it looks for the default bridge's gateway, which an engine without that bridge does not have.
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] = 'localhost';
  const docker = dockerAt(order.engineHost);
  setJob({
    ...order,
    engine: { docker, host: order.engineHost, kind: '', version: '' },
    progress: (text) => send({ progress: text }),
    giveUp,
  });
  // The scheduler shows what happens; mocha's own lines would only stand between.
  const mocha = new Mocha({ ui: 'bdd', reporter: SilentReporter, timeout: 0 });
  mocha.addFile(order.file);
  await mocha.loadFilesAsync();
  mocha.run((failures) => {
    process.exit(failures === 0 ? 0 : 1);
  });
});
