/** The front matter: YAML between two lines `---`, checked key by key, each problem with its place. Pure. */
import { isMap, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Place, Problem } from './document.ts';
import { durationMs, nearest, ValueError } from './values.ts';

const duration = z.string('write a number with ms, s or m, as 500ms, 2s or 1m').transform((text, context) => {
  try {
    return durationMs(text);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of a variable: letters, digits and "_"');
const scalar = z.union([z.string(), z.number(), z.boolean()], 'write a text or a number').transform(String);

const client = z.strictObject({
  service: z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'is no name: letters, digits and hyphens'),
  host: z.string(),
  'file-system': z.string(),
  write: z.string().min(1),
  'read-back': z.string().min(1),
  every: duration.default(100),
  timeout: duration.default(1000),
  packages: z.array(z.string()).default([]),
});

const schema = z.strictObject({
  title: z.string().trim().min(1, 'say in a sentence what the procedure is'),
  model: z.string().optional(),
  topology: z.string().optional(),
  start: z.enum(['serving', 'bare'], 'write serving or bare').default('serving'),
  load: z.number().min(1, 'at least 1').max(1000, 'at most 1000').optional(),
  outage: duration.optional(),
  'outage-per-step': duration.optional(),
  'outage-at-fault': duration.optional(),
  timeout: duration.default(60_000),
  node: z.string().optional(),
  'on-failure': z.enum(['stop', 'continue'], 'write stop or continue').default('stop'),
  env: z.record(variable, scalar).default({}),
  'at-end': z.array(z.string()).default([]),
  claims: z.array(z.string()).default([]),
  needs: z.array(z.string()).default([]),
  offers: z.array(z.string()).default([]),
  clients: z.array(client).default([]),
});

export type FrontMatter = z.infer<typeof schema>;

/** The text's first line is the document's second. */
const BEFORE = 1;
const TOP: Place = { line: 1, column: 1 };

export interface Read {
  values: FrontMatter | null;
  problems: Problem[];
  /** Where a key's value stands, and an entry of its list. */
  placeOf(...path: (string | number)[]): Place;
}

export function readFrontMatter(text: string | null, begins: boolean): Read {
  const none = (message: string): Read => ({
    values: null,
    problems: [{ ...TOP, message }],
    placeOf: () => TOP,
  });
  if (text === null)
    return none(
      begins
        ? 'the front matter is not closed: it ends with a line of "---"'
        : 'there is no front matter: the document begins with a line of "---", then title and model, then another "---"',
    );
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line) + BEFORE, column: Math.max(1, col) };
  };
  const placeOf = (...path: (string | number)[]): Place => {
    const node = document.getIn(path, true) as ParsedNode | undefined;
    return node?.range ? at(node.range[0]) : TOP;
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => ({
      ...at(pos[0]),
      message: `the front matter is no YAML: ${message}`,
    }));
    return { values: null, problems, placeOf };
  }
  if (!isMap(document.contents))
    return none('the front matter is no list of keys and values: write title: …, model: …');
  const given: unknown = document.toJS();
  const checked = schema.safeParse(given);
  if (checked.success) return { values: checked.data, problems: [], placeOf };
  const keyPlace = (key: string): Place => {
    const pair = isMap(document.contents)
      ? document.contents.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const range = (pair?.key as ParsedNode | undefined)?.range;
    return range ? at(range[0]) : TOP;
  };
  return {
    values: null,
    placeOf,
    problems: checked.error.issues.flatMap((issue) => inWords(issue, given, { placeOf, keyPlace })),
  };
}

const KEYS = Object.keys(schema.shape);

function inWords(
  issue: z.core.$ZodIssue,
  given: unknown,
  places: { placeOf: Read['placeOf']; keyPlace: (key: string) => Place },
): Problem[] {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0)
    return issue.keys.map((key) => ({
      ...places.keyPlace(key),
      message: `the front matter has no key "${key}"${nearest(key, KEYS)} There are: ${KEYS.join(', ')}`,
    }));
  const path = issue.path as (string | number)[];
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    given,
  );
  const name = path.map((key) => (typeof key === 'number' ? `[${key + 1}]` : key)).join(' ');
  if (value === undefined) return [{ ...TOP, message: `the front matter has no ${name}, which is required` }];
  const shown = JSON.stringify(value);
  return [{ ...places.placeOf(...path), message: `${name} is ${shown}: ${issue.message}` }];
}
