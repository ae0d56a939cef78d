/** csdb: whether the store is whole, and what copies there are. Usage: csdb.ts BASE check|verify [FOLDER]|list */
import { runCommand } from './control/command.ts';
import { UsageError } from './control/plan.ts';
import { placeOf } from './store/command-line.ts';
import { checkStore, listStore, verifyCopy, verifyPlace } from './store/inspecting.ts';
import { copyPlans } from './store/store-settings.ts';

const USAGE = `usage: csdb check            the structure of the database
       csdb verify [FOLDER]  all of it, or of a backup or an archive; status 1 and a line for each finding
       csdb list             what is in the store, and its archives and hot backups`;

async function run(base: string, [command = '', ...words]: string[]): Promise<void> {
  const [copy, ...more] = words;
  if (more.length > 0 || (copy !== undefined && command !== 'verify'))
    throw new UsageError(`${words.join(' ')} is too much`);
  const place = placeOf(base);
  switch (command) {
    case 'check':
      return tell(await checkStore(place));
    case 'verify':
      return tell(copy === undefined ? await verifyPlace(place) : await verifyCopy(copy));
    case 'list':
      process.stdout.write(`${(await listStore(place, copyPlans(place.settings))).join('\n')}\n`);
      return;
    default:
      throw new UsageError(command === '' ? 'a command is missing' : `there is no command ${command}`);
  }
}

/** @throws Error when there is a finding. */
function tell(findings: string[]): void {
  if (findings.length === 0) {
    process.stdout.write('nothing is wrong with it\n');
    return;
  }
  process.stdout.write(`${findings.join('\n')}\n`);
  throw new Error(`findings: ${findings.length}`);
}

await runCommand('csdb', run, USAGE);
