/** The interactive run: panel after panel, in text. Nothing is changed by it; what comes out is answers. */
import {
  type Answers,
  applies,
  backupDirectories,
  DATA_DIRECTORIES,
  FIELDS,
  KEYS,
  type Key,
  NO_DIRECTORY,
  PANELS,
  type Panel,
  type Presets,
  wrongWith,
} from './fields.ts';

export interface Terminal {
  say(line: string): void;
  /** What somebody typed; undefined when nothing more will come. */
  ask(prompt: string, secret: boolean): Promise<string | undefined>;
}

export interface Facts {
  presets: Presets;
  base: string;
  isFolder(path: string): boolean;
  /** Why no directory server answers there; undefined when one does. Null: not to be looked at (-novalidate). */
  unreachable: ((host: string, port: number) => Promise<string | undefined>) | null;
}

/** It ended before everything was answered: nothing has been changed. */
export class Aborted extends Error {
  constructor(why: string) {
    super(`${why}; nothing has been changed`);
    this.name = 'Aborted';
  }
}

/** Asked for instead of an answer. */
class GoBack extends Error {}

const WELCOME = `Sun Java(tm) System Calendar Server 6.3 configuration

An empty answer takes what stands in brackets; "<" goes back to the panel before, "!" ends without changing anything.`;

/** @throws Aborted */
export async function interview(terminal: Terminal, facts: Facts): Promise<Answers> {
  const answers: Partial<Answers> = { HOST_NAME: facts.presets.hostName };
  terminal.say(WELCOME);
  for (let at = 0; at <= PANELS.length; ) {
    const panel = PANELS[at];
    try {
      if (panel === undefined) {
        await readyToConfigure(terminal, answers);
        at += 1;
      } else if (await askPanel(panel, answers, terminal, facts)) at += 1;
    } catch (error) {
      if (!(error instanceof GoBack)) throw error;
      at = Math.max(at - 1, 0);
    }
  }
  for (const key of KEYS) answers[key] ??= FIELDS[key].preset(facts.presets, answers);
  return answers as Answers;
}

/** Whether its answers can stand; else it is to be asked once more. */
async function askPanel(
  panel: Panel,
  answers: Partial<Answers>,
  terminal: Terminal,
  facts: Facts,
): Promise<boolean> {
  terminal.say(`\n--- ${panel} ---`);
  const keys = KEYS.filter((key) => FIELDS[key].panel === panel);
  const earlier = { ...answers };
  // An answer of an earlier round must not stand in the way of the new ones.
  for (const key of keys) delete answers[key];
  for (const key of keys) {
    if (!applies(key, answers)) continue;
    answers[key] = await askField(key, answers, earlier[key], terminal, facts);
  }
  if (panel === PANELS[0]) return await directoryAnswers(answers, terminal, facts);
  if (panel === PANELS[3])
    return foldersStand(DATA_DIRECTORIES, 'CREATE_DIRECTORIES', answers, terminal, facts);
  if (panel !== PANELS[4]) return true;
  return foldersStand(backupDirectories(answers), 'CREATE_BACKUP_DIRECTORIES', answers, terminal, facts);
}

async function askField(
  key: Key,
  answers: Partial<Answers>,
  earlier: string | undefined,
  terminal: Terminal,
  { presets, base }: Facts,
): Promise<string> {
  const { label, preset, secret = false } = FIELDS[key];
  const offered = earlier ?? preset(presets, answers);
  for (;;) {
    const typed = await answer(
      terminal,
      `${label}${offered === '' || secret ? '' : ` [${offered}]`}: `,
      secret,
    );
    const value = typed === '' ? offered : FIELDS[key].check('yes') === undefined ? yesOrNo(typed) : typed;
    const wrong = wrongWith(key, { ...answers, [key]: value }, base);
    if (wrong === undefined) return value;
    terminal.say(secret ? `${label}: ${wrong}` : `"${value}": ${wrong}`);
  }
}

/** A tick in a box is also written y, n, Yes … */
function yesOrNo(typed: string): string {
  if (/^y(es)?$/i.test(typed)) return 'yes';
  return /^no?$/i.test(typed) ? 'no' : typed;
}

async function answer(terminal: Terminal, prompt: string, secret = false): Promise<string> {
  const typed = (await terminal.ask(prompt, secret))?.trim();
  if (typed === undefined) throw new Aborted('the input ended before everything was answered');
  if (typed === '!') throw new Aborted('ended as asked');
  if (typed === '<') throw new GoBack();
  return typed;
}

async function yes(terminal: Terminal, question: string, offered: 'yes' | 'no'): Promise<boolean> {
  for (;;) {
    const typed = yesOrNo((await answer(terminal, `${question} [${offered}]: `)) || offered);
    if (typed === 'yes' || typed === 'no') return typed === 'yes';
    terminal.say(`"${typed}": it can be yes or no`);
  }
}

async function directoryAnswers(
  answers: Partial<Answers>,
  terminal: Terminal,
  { unreachable }: Facts,
): Promise<boolean> {
  const { LDAP_HOST: host = '', LDAP_PORT: port = '' } = answers;
  if (unreachable === null || host === NO_DIRECTORY) return true;
  const why = await unreachable(host, Number(port));
  if (why === undefined) return true;
  terminal.say(`No directory server answers at ${host}, port ${port}: ${why}`);
  return await yes(terminal, 'Keep these settings nevertheless', 'no');
}

function foldersStand(
  keys: readonly Key[],
  create: Key,
  answers: Partial<Answers>,
  terminal: Terminal,
  { isFolder }: Facts,
): boolean {
  const missing = keys.filter((key) => !isFolder(answers[key] ?? ''));
  for (const key of missing)
    terminal.say(
      `${FIELDS[key].label}: ${answers[key]} ${answers[create] === 'yes' ? 'will be created' : 'is not there'}`,
    );
  if (missing.length === 0 || answers[create] === 'yes') return true;
  terminal.say('Choose folders that are there, or Create Directory');
  return false;
}

async function readyToConfigure(terminal: Terminal, answers: Partial<Answers>): Promise<void> {
  terminal.say('\n--- Ready to Configure ---');
  for (const key of KEYS) {
    const { label, secret, panel } = FIELDS[key];
    if (panel !== null && applies(key, answers))
      terminal.say(`${label}: ${secret ? '(hidden)' : answers[key]}`);
  }
  if (!(await yes(terminal, 'Configure Now', 'yes'))) throw new Aborted('ended as asked');
}
