/** csbackup: a copy of the store, live or stopped. Usage: csbackup.ts BASE [-f] TARGET */
import { runCommand } from './control/command.ts';
import { backUp } from './store/backing-up.ts';
import { pathIn, placeOf } from './store/command-line.ts';

async function run(base: string, words: string[]): Promise<void> {
  const { path, force } = pathIn(words);
  await backUp(placeOf(base), path, force);
  process.stdout.write(`the store is backed up to ${path}, and the backup is verified\n`);
}

await runCommand('csbackup', run, 'usage: csbackup [-f] TARGET');
