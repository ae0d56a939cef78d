/** pmfadm: the process monitor facility for agents that are programs. */
import { constants } from 'node:os';
import type { ProcessMonitor, Supervised } from '../process-monitor.ts';
import { has, type OptionTable, optional, propertiesOf, splitWords, type Words, WrongForm } from './words.ts';

export interface StartForm {
  do: 'start';
  tag: string;
  command: string[];
  retries: number;
  /** Null: restarts count for ever. */
  minutes: number | null;
  level: number | null;
  action: string | null;
  environment: Record<string, string>;
}

export type PmfadmForm =
  | StartForm
  | { do: 'modify'; tag: string; changes: { retries?: number; periodMinutes?: number } }
  /** Wait in seconds, Infinity until it has ended, null not at all. */
  | { do: 'stop' | 'kill'; tag: string; signal: NodeJS.Signals | null; seconds: number | null }
  | { do: 'query'; tag: string }
  | { do: 'show'; tag: string }
  | { do: 'list' };

/** Each form's other options. */
const FORMS: Record<string, string> = { c: 'ntCae', m: 'nt', s: 'w', k: 'w', q: '', l: '', L: '' };
const OPTIONS: OptionTable = {
  ...{ c: 'TAG', m: 'TAG', s: 'TAG', k: 'TAG', q: 'TAG', l: 'TAG', L: null },
  ...{ n: 'RETRIES', t: 'MINUTES', C: 'LEVEL', a: 'ACTION', e: 'NAME=VALUE', w: 'SECONDS' },
};

/** @throws WrongForm */
export function parsePmfadm(args: string[]): PmfadmForm {
  const words = splitWords(
    args,
    OPTIONS,
    { E: 'there is no option -E: name what the command needs, -e NAME=VALUE' },
    true,
  );
  const [form, second] = [...new Set(words.letters)].filter((letter) => Object.hasOwn(FORMS, letter));
  if (form === undefined) throw new WrongForm('nothing says what to do: give one of -c -m -s -k -q -l -L');
  if (second !== undefined) throw new WrongForm(`-${form} and -${second} are two commands: give one of them`);
  const stray = words.letters.find((letter) => letter !== form && !FORMS[form]?.includes(letter));
  if (stray !== undefined) throw new WrongForm(`-${stray} does not go with pmfadm -${form}`);
  const [operand] = words.operands;
  if (form === 'L') {
    if (operand !== undefined) throw new WrongForm(`"${operand}" is one word too many`);
    return { do: 'list' };
  }
  const tag = optional(words, form) ?? '';
  if (!/^[^\s/]{1,255}$/.test(tag)) throw new WrongForm(`-${form}: "${tag}" is no tag`);
  switch (form) {
    case 'c':
      return startOf(words, tag);
    case 's':
    case 'k':
      return endOf(words, form === 's' ? 'stop' : 'kill', tag);
  }
  if (operand !== undefined) throw new WrongForm(`"${operand}" is one word too many`);
  if (form === 'q') return { do: 'query', tag };
  if (form === 'l') return { do: 'show', tag };
  if (!has(words, 'n') && !has(words, 't')) throw new WrongForm('pmfadm -m needs -n RETRIES or -t MINUTES');
  const [retries, periodMinutes] = [number(words, 'n', -1), number(words, 't', 1)];
  return {
    do: 'modify',
    tag,
    changes: { ...(retries !== null && { retries }), ...(periodMinutes !== null && { periodMinutes }) },
  };
}

function startOf(words: Words, tag: string): StartForm {
  if (words.operands.length === 0) throw new WrongForm('pmfadm -c needs a command after its options');
  return {
    do: 'start',
    tag,
    command: words.operands,
    retries: number(words, 'n', -1) ?? 0,
    minutes: number(words, 't', 1),
    level: number(words, 'C', 0),
    action: optional(words, 'a') ?? null,
    environment: propertiesOf(words, 'e'),
  };
}

function endOf(words: Words, what: 'stop' | 'kill', tag: string): PmfadmForm {
  const [given, more] = words.operands;
  if (more !== undefined) throw new WrongForm(`"${more}" is one word too many`);
  const seconds = number(words, 'w', -1);
  return {
    do: what,
    tag,
    // Without a signal -s only ends supervision, while -k is meant to end the processes.
    signal: given === undefined ? (what === 'stop' ? null : 'SIGKILL') : signalOf(given),
    seconds: seconds === -1 ? Number.POSITIVE_INFINITY : seconds,
  };
}

function number(words: Words, letter: string, least: number): number | null {
  const text = optional(words, letter);
  if (text === undefined) return null;
  if (!/^-?\d{1,7}$/.test(text) || Number(text) < least)
    throw new WrongForm(`-${letter}: "${text}" is no integer of at least ${least}`);
  return Number(text);
}

/** As kill(1) takes it: a number, or a name with or without SIG. */
function signalOf(given: string): NodeJS.Signals {
  const name = given.toUpperCase().replace(/^SIG/, '');
  const found = Object.entries(constants.signals).find(
    ([signal, value]) => signal === `SIG${name}` || String(value) === given,
  );
  if (found === undefined) throw new WrongForm(`"${given}" is no signal, such as TERM or 15`);
  return found[0] as NodeJS.Signals;
}

/** Exit status and output; 2: processes were still there when the time to wait was over. */
export async function pmfadm(
  monitor: ProcessMonitor,
  form: PmfadmForm,
  folder: string,
): Promise<{ exit: number; out: string }> {
  if (form.do === 'list')
    return {
      exit: 0,
      out: monitor
        .list()
        .map(({ tag }) => `${tag}\n`)
        .join(''),
    };
  const { tag } = form;
  if (form.do === 'query') return { exit: monitor.query(tag) ? 0 : 1, out: '' };
  if (form.do === 'start') {
    const { retries, minutes: periodMinutes, level, action, environment } = form;
    await monitor.start(tag, form.command, { retries, periodMinutes, level, action, environment, folder });
    return { exit: 0, out: '' };
  }
  const supervised = monitor.list().find((one) => one.tag === tag);
  if (supervised === undefined) throw new Error(`there is no process tag ${tag}`);
  if (form.do === 'show') return { exit: 0, out: describe(supervised) };
  if (form.do === 'modify') {
    monitor.modify(tag, form.changes);
    return { exit: 0, out: '' };
  }
  const waitMs = (form.seconds ?? 0) * 1000;
  const gone = await monitor[form.do](tag, form.signal, waitMs);
  return { exit: gone || form.seconds === null ? 0 : 2, out: '' };
}

function describe(one: Supervised): string {
  const rows = [
    ['pmfadm -c', one.tag],
    ['retries', String(one.retries)],
    ['period', one.periodMinutes === null ? 'infinite' : String(one.periodMinutes)],
    ['tries', String(one.tries)],
    ['monitor children', one.level === null ? 'all' : String(one.level)],
    ['action', one.action ?? ''],
    ['pids', one.pids.join(' ')],
    ['command', one.command.join(' ')],
  ];
  return rows.map(([label, value]) => `${label}: ${value}`.trimEnd().concat('\n')).join('');
}
