/** In place of a process of the server: begins, and never serves. With HA_STUBBORN it does not end at SIGTERM either. */
import { type ProcessName, runProgram } from '../../images/node/ics/program.ts';

const name = /(\w+)\.ts$/.exec(process.argv[1] ?? '')?.[1] as ProcessName;

await runProgram(name, async ({ say }) => {
  if (process.env['HA_STUBBORN'] !== undefined) {
    process.removeAllListeners('SIGTERM');
    process.on('SIGTERM', () => say('no'));
  }
  say('never serves');
  process.stdin.resume();
  setInterval(() => undefined, 1_000_000);
  await new Promise(() => undefined);
  throw new Error('it serves after all');
});
