/** A run of the configurator from its words to its exit status: answers first, and only then anything is changed. */
import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '../../../common/clock.ts';
import { etcFolderOf, rootOf, varFolderOf } from '../places.ts';
import { sabotaged } from '../sabotage.ts';
import { type Options, parseWords, USAGE } from './command-line.ts';
import { type Answers, backupDirectories, DATA_DIRECTORIES, NO_DIRECTORY, type Presets } from './fields.ts';
import { Aborted, interview } from './panels.ts';
import { dateLine, logName, perform, runSequence } from './sequence.ts';
import { parseState, StateFileError } from './state-file.ts';
import { contentOf, freeBytes, isFolder, notMountedHere, unreachable } from './surroundings.ts';
import { type Places, STATE_FILE, tasksOf } from './tasks.ts';
import { openTerminal } from './terminal.ts';

/** What the run needs on the disk of each folder, in bytes: the configuration, and a store's beginning. */
const NEEDED_BYTES = 2 ** 20;
/** Larger than any file of answers. */
const LARGEST_STATE = 65_536;
const [FAILED, USAGE_ERROR] = [1, 2];

/** Folders of the node itself, which a test puts elsewhere. */
export interface NodeFolders {
  /** In front of /etc/opt, /var/opt, /var/sadm and /etc/rc3.d. */
  prefix: string;
}

export async function configure(base: string, words: string[], { prefix }: NodeFolders): Promise<number> {
  let options: Options | 'help';
  try {
    options = parseWords(words);
  } catch (error) {
    process.stderr.write(`csconfigurator.sh: ${messageOf(error)}\n${USAGE}\n`);
    return USAGE_ERROR;
  }
  if (options === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    const root = rootOf(base);
    const etcFolder = join(prefix, etcFolderOf(root));
    const varFolder = join(prefix, varFolderOf(root));
    const presets = { hostName: hostname(), configFolder: join(etcFolder, 'config'), varFolder };
    process.stdout.write('Loading Default Properties...\n\n');
    const answers = options.silent
      ? await fromState(options, base)
      : await fromTerminal(options, base, presets);
    process.stdout.write('Checking disk space...\n\n');
    checkFolders(answers);
    const stateFiles = [join(answers.CONFIG_DIRECTORY, STATE_FILE)];
    if (options.saveState !== null) stateFiles.push(options.saveState);
    const bootFolder = join(prefix, '/etc/rc3.d');
    return runTasks(answers, { base, etcFolder, varFolder, bootFolder, stateFiles }, prefix) ? 0 : FAILED;
  } catch (error) {
    process.stderr.write(`csconfigurator.sh: ${messageOf(error)}\n`);
    return FAILED;
  }
}

async function fromTerminal({ validate }: Options, base: string, presets: Presets): Promise<Answers> {
  const terminal = openTerminal();
  try {
    const facts = { presets, base, isFolder, unreachable: validate ? unreachable : null };
    return await interview(terminal, facts);
  } finally {
    terminal.close();
  }
}

async function fromState({ state, validate }: Options, base: string): Promise<Answers> {
  const file = state ?? join(base, 'config', STATE_FILE);
  const answers = parseState(stateContent(file, state === null), file, base);
  if (sabotaged('state-file-forgets'))
    answers.MAXIMUM_SESSIONS = String(Number(answers.MAXIMUM_SESSIONS) - 1);
  const { LDAP_HOST: host, LDAP_PORT: port } = answers;
  if (!validate || host === NO_DIRECTORY) return answers;
  const why = await unreachable(host, Number(port));
  if (why === undefined) return answers;
  throw new Aborted(
    `no directory server answers at ${host}, port ${port}: ${why} (-novalidate does without)`,
  );
}

function stateContent(file: string, byDefault: boolean): string {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw new Error('it is no file');
    if (found.size > LARGEST_STATE)
      throw new Error(`it has ${found.size} bytes, which is too much for answers`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : (code ?? messageOf(error));
    const way = byDefault
      ? '; link the config folder of the node that was configured first to cal-svr-base, or name a file with -state'
      : '';
    throw new StateFileError(file, null, `${why}${way}`);
  }
}

/** @throws Aborted when a folder could not be what it is to be. */
function checkFolders(answers: Answers): void {
  const backups = backupDirectories(answers);
  for (const key of [...DATA_DIRECTORIES, ...backups]) {
    const path = answers[key];
    const point = notMountedHere(path);
    if (point !== undefined)
      throw new Aborted(
        `${path} belongs to ${point}, which is not mounted on this node: switch its group here first`,
      );
    const create = backups.includes(key) ? 'CREATE_BACKUP_DIRECTORIES' : 'CREATE_DIRECTORIES';
    if (!isFolder(path) && answers[create] === 'no')
      throw new Aborted(`${path} is not there, and it is not to be created (${create}=no)`);
    const free = freeBytes(path);
    if (free < NEEDED_BYTES)
      throw new Aborted(`there are only ${free} bytes free for ${path}; ${NEEDED_BYTES} are needed`);
  }
}

function runTasks(answers: Answers, places: Places, prefix: string): boolean {
  const began = wallClock();
  const folder = join(prefix, '/var/sadm/install/logs');
  mkdirSync(folder, { recursive: true });
  const log = join(folder, logName(began));
  const say = (line: string) => {
    process.stdout.write(`${line}\n`);
    if (!sabotaged('no-install-log')) appendFileSync(log, `${line}\n`);
  };
  if (!sabotaged('no-install-log'))
    appendFileSync(log, `Configuration of ${places.base}, ${dateLine(began)}\n\n`);
  const conf = contentOf(join(answers.CONFIG_DIRECTORY, 'ics.conf'));
  return runSequence(tasksOf(answers, places, { conf }), log, { now: wallClock, say, perform });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
