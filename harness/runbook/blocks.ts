/** From fenced blocks to what is typed: attributes to values, names to blocks, answers to their steps. Pure. */
import { type Attribute, parseBraces } from './attributes.ts';
import { ALL, type Block, type OnFailure, type Problem } from './document.ts';
import type { Fence } from './markdown.ts';
import {
  AnswerError,
  answersIn,
  durationMs,
  exitsOf,
  nearest,
  oneOf,
  patternOf,
  ValueError,
} from './values.ts';

export interface Defaults {
  nodes: readonly string[];
  node: string | undefined;
  timeoutMs: number;
  outageMs: number | null;
  onFailure: OnFailure;
}

export interface Blocks {
  steps: Block[];
  asides: Block[];
  problems: Problem[];
}

const SHELLS = ['sh', 'bash', 'shell', 'console'];
const ON_BOTH = ['name', 'node', 'outage', 'timeout', 'rollback', 'repair', 'on-failure', 'guide', 'user'];
const ON_COMMANDS = [...ON_BOTH, 'exit', 'expect', 'not-expect', 'dir'];
const ON_FILES = [...ON_BOTH, 'append-to', 'write-to'];
const ON_ANSWERS = ['for'];
const MANY = ['expect', 'not-expect'];
const NAME = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

type Wrong = (at: Pick<Attribute, 'column'> | undefined, message: string) => void;

interface Reading {
  fence: Fence;
  attributes: Attribute[];
  wrong: Wrong;
}

export function blocksIn(fences: readonly Fence[], defaults: Defaults): Blocks {
  const problems: Problem[] = [];
  const read = fences.filter(({ braces }) => braces !== '').map((fence) => reading(fence, problems));
  const answers = read.filter(({ fence }) => fence.language === 'answers');
  const blocks = read
    .filter(({ fence }) => fence.language !== 'answers')
    .map((one) => ({ one, block: blockOf(one, defaults) }));
  const known = new Map<string, Block>();
  for (const { one, block } of blocks) {
    const before = known.get(block.name);
    if (block.name === '') continue;
    if (before !== undefined)
      one.wrong(find(one, 'name'), `there is a block "${block.name}" in line ${before.place.line} already`);
    else known.set(block.name, block);
  }
  const aside = new Set<string>();
  for (const { one, block } of blocks) {
    for (const key of ['rollback', 'repair'] as const) {
      const name = block[key];
      if (name === null) continue;
      aside.add(name);
      if (name === block.name) one.wrong(find(one, key), `"${name}" cannot be its own ${key}`);
      else if (!known.has(name))
        one.wrong(
          find(one, key),
          `there is no block "${name}" for the ${key}${nearest(name, [...known.keys()])}`,
        );
    }
  }
  for (const one of answers) giveAnswers(one, known);
  const all = blocks.map(({ block }) => block);
  const steps = all.filter(({ name }) => !aside.has(name));
  if (steps.length === 0 && problems.length === 0)
    problems.push({
      line: 1,
      column: 1,
      message: 'the document has no step: a step is a block like ```sh { name=… node=… }',
    });
  return { steps, asides: all.filter(({ name }) => aside.has(name)), problems };
}

function reading(fence: Fence, problems: Problem[]): Reading {
  const { line, bracesColumn, language } = fence;
  const parsed = parseBraces(fence.braces, line, bracesColumn);
  problems.push(...parsed.problems);
  const wrong: Wrong = (at, message) => problems.push({ line, column: at?.column ?? fence.column, message });
  const one = { fence, attributes: parsed.attributes, wrong };
  if (language === '') wrong(undefined, 'say what the block is: ```sh { … }, or ```text { … } for a file');
  if (fence.between !== '') wrong(undefined, `"${fence.between}" stands between ${language} and its braces`);
  if (!fence.closed) wrong(undefined, 'this block is not closed: it ends with a line of as many backticks');
  const isFile = ['append-to', 'write-to'].some((key) => find(one, key) !== undefined);
  const known =
    language === 'answers' ? ON_ANSWERS : isFile && !SHELLS.includes(language) ? ON_FILES : ON_COMMANDS;
  const seen = new Set<string>();
  for (const attribute of parsed.attributes) {
    const { key } = attribute;
    if (!known.includes(key)) {
      const all = [
        ...new Set([...known, ...(SHELLS.includes(language) || language === 'answers' ? [] : ON_FILES)]),
      ];
      wrong(
        attribute,
        `there is no attribute "${key}" here${nearest(key, all)} There are: ${all.join(', ')}`,
      );
    } else if (seen.has(key) && !MANY.includes(key)) wrong(attribute, `${key} stands there twice`);
    seen.add(key);
  }
  return one;
}

function find({ attributes }: Pick<Reading, 'attributes'>, key: string): Attribute | undefined {
  return attributes.find((one) => one.key === key);
}

/** A value as it is meant; what cannot be meant is told, and stands as `otherwise`. */
function meant<T>(one: Reading, key: string, otherwise: T, make: (text: string) => T): T {
  const attribute = find(one, key);
  return attribute === undefined ? otherwise : made(one, attribute, otherwise, make);
}

function made<T>(one: Reading, attribute: Attribute, otherwise: T, make: (text: string) => T): T {
  try {
    return make(attribute.value);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    one.wrong({ column: attribute.valueColumn }, `${attribute.key}: ${error.message}`);
    return otherwise;
  }
}

function blockOf(one: Reading, defaults: Defaults): Block {
  const { fence, attributes, wrong } = one;
  const text = (key: string, otherwise: string) => meant(one, key, otherwise, absolute(key));
  const patterns = (key: string) =>
    attributes
      .filter((attribute) => attribute.key === key)
      .flatMap((attribute) => made(one, attribute, [], (given) => [patternOf(given)]));
  const isShell = SHELLS.includes(fence.language);
  const path = text('append-to', '') || text('write-to', '');
  const file = isShell || path === '' ? null : { path, append: find(one, 'append-to') !== undefined };
  if (!isShell && file === null)
    wrong(
      undefined,
      `a block of ${fence.language || 'nothing'} with attributes is a file: say append-to= or write-to=`,
    );
  if (find(one, 'append-to') && find(one, 'write-to'))
    wrong(find(one, 'write-to'), 'append-to or write-to, not both');
  if (isShell && commandsIn(fence.text) === '') wrong(undefined, 'this step has no command');
  return {
    name: nameOf(one),
    place: { line: fence.line, column: fence.column },
    nodes: nodesOf(one, defaults),
    text: fence.text,
    file,
    exit: meant(one, 'exit', [0], exitsOf),
    expect: patterns('expect'),
    notExpect: patterns('not-expect'),
    outageMs: meant(one, 'outage', defaults.outageMs, durationMs),
    timeoutMs: meant(one, 'timeout', defaults.timeoutMs, durationMs),
    dir: text('dir', '/root'),
    user: meant(one, 'user', 'root', userOf),
    guide: find(one, 'guide')?.value ?? '',
    rollback: find(one, 'rollback')?.value ?? null,
    repair: find(one, 'repair')?.value ?? null,
    onFailure: meant(one, 'on-failure', defaults.onFailure, (given) =>
      oneOf('way to go on', given, ['stop', 'continue']),
    ),
    answers: [],
  };
}

/** Comments are none. */
function commandsIn(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .trim();
}

function absolute(key: string): (given: string) => string {
  return (given) => {
    if (given.startsWith('/')) return given;
    throw new ValueError(`"${given}" is no absolute path, as ${key} has to be`);
  };
}

function userOf(given: string): string {
  if (/^[a-z_][a-z0-9_-]*$/.test(given)) return given;
  throw new ValueError(`"${given}" is no user`);
}

function nameOf(one: Reading): string {
  if (find(one, 'name') === undefined) one.wrong(undefined, 'this step has no name: write name=…');
  return meant(one, 'name', '', (given) => {
    if (NAME.test(given)) return given;
    throw new ValueError(
      `"${given}" is no name: letters, digits, "-" and ".", beginning with one of the former`,
    );
  });
}

function nodesOf(one: Reading, { node, nodes }: Defaults): string[] {
  const make = (text: string) => {
    if (text === ALL) return [...nodes];
    const names = text.split(',').map((name) => oneOf('node', name.trim(), nodes));
    if (new Set(names).size < names.length) throw new ValueError(`"${text}" names a node twice`);
    return names;
  };
  if (find(one, 'node') !== undefined) return meant(one, 'node', [], make);
  // The front matter's own is looked at where it stands.
  if (node !== undefined) return node === ALL ? [...nodes] : node.split(',').map((name) => name.trim());
  one.wrong(undefined, 'say where it is typed: node=…, here or in the front matter');
  return [];
}

function giveAnswers(one: Reading, known: ReadonlyMap<string, Block>): void {
  const target = find(one, 'for');
  const block = target === undefined ? undefined : known.get(target.value);
  const refused = whyNoAnswers(target, block, known);
  if (refused !== undefined || block === undefined) {
    one.wrong(target, refused ?? '');
    return;
  }
  try {
    block.answers = answersIn(one.fence.text);
    if (block.answers.length === 0) one.wrong(undefined, 'there is no answer in it: write PROMPT => ANSWER');
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    one.wrong(undefined, `answer in line ${one.fence.line + 1 + error.index}: ${error.message}`);
  }
}

function whyNoAnswers(
  target: Attribute | undefined,
  block: Block | undefined,
  known: ReadonlyMap<string, Block>,
): string | undefined {
  if (target === undefined) return 'say for which step the answers are: for=…';
  const { value } = target;
  if (block === undefined) return `there is no step "${value}"${nearest(value, [...known.keys()])}`;
  if (block.answers.length > 0) return `"${value}" has answers already`;
  return block.file === null ? undefined : `"${value}" is a file, and asks nothing`;
}
