/**
 * The state file: the answers of an interactive run, for a run without questions on another node. `KEY=value` a line,
 * `#` begins a comment. Pure.
 */
import { type Answers, applies, FIELDS, KEYS, type Key, wrongWith } from './fields.ts';

/** Names the file, the line where there is one, the key, and the way out. */
export class StateFileError extends Error {
  constructor(file: string, line: number | null, what: string) {
    super(`state file ${file}${line === null ? '' : `, line ${line}`}: ${what}`);
    this.name = 'StateFileError';
  }
}

const HEADING =
  '# Answers to csconfigurator.sh of Calendar Server 6.3; with -state FILE they are given again';
/** A line of something that is no state file may be long and hold anything: enough of it to find it. */
const LONGEST_SHOWN = 60;

export function stateText(answers: Answers): string {
  return `${HEADING}\n${KEYS.map((key) => `${key}=${answers[key]}`).join('\n')}\n`;
}

/** @throws StateFileError; values of passwords are never shown. */
export function parseState(text: string, file: string, base: string): Answers {
  const lines = new Map<Key, number>();
  const answers: Partial<Answers> = {};
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.replace(/\r$/, '');
    const fail = (what: string): never => {
      throw new StateFileError(file, index + 1, what);
    };
    if (line.trim() === '' || line.startsWith('#')) continue;
    const at = line.indexOf('=');
    if (at < 0) fail(`not of the form KEY=value: ${shown(line)}`);
    const name = line.slice(0, at);
    const key = KEYS.find((one) => one === name);
    if (key === undefined)
      return fail(`there is no option ${shown(name)}; the options are ${KEYS.join(', ')}`);
    if (lines.has(key)) fail(`${key} is set in line ${lines.get(key)} already`);
    lines.set(key, index + 1);
    answers[key] = line.slice(at + 1);
  }
  const missing = KEYS.filter((key) => !lines.has(key));
  if (missing.length > 0) throw new StateFileError(file, null, `it does not set ${missing.join(', ')}`);
  for (const key of KEYS.filter((one) => applies(one, answers))) {
    const wrong = wrongWith(key, answers, base);
    if (wrong === undefined) continue;
    const value = FIELDS[key].secret ? '' : ` is "${shown(answers[key] ?? '')}", and`;
    throw new StateFileError(file, lines.get(key) ?? null, `${key}${value} ${wrong}`);
  }
  return answers as Answers;
}

function shown(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?');
  return printable.length > LONGEST_SHOWN ? `${printable.slice(0, LONGEST_SHOWN)}…` : printable;
}
