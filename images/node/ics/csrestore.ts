/** csrestore: a backup, an archive or a hot backup becomes the store. Usage: csrestore.ts BASE [-f] SOURCE */
import { runCommand } from './control/command.ts';
import { pathIn, placeOf } from './store/command-line.ts';
import { restore } from './store/restoring.ts';

async function run(base: string, words: string[]): Promise<void> {
  const { path, force } = pathIn(words);
  const { folder } = placeOf(base);
  const { transactions } = await restore(folder, path, force);
  process.stdout.write(`${path} is restored to ${folder}, up to transaction ${transactions}\n`);
}

await runCommand('csrestore', run, 'usage: csrestore [-f] SOURCE');
