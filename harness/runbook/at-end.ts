/** Lines of `at-end`: what must hold when the procedure is over. Pure. */
import { ALL, AT_END_FAULTS, type AtEnd } from './document.ts';
import { oneOf, patternOf, ValueError } from './values.ts';

/** What a line may speak of. */
export interface Known {
  nodes: readonly string[];
  /** Groups of services, and logical hostnames. */
  groups: readonly string[];
}

type Form = [RegExp, (found: string[], known: Known) => AtEnd];

const groupOf = (word: string, { groups }: Known) => oneOf('group or logical hostname', word, groups);
const nodeOf = (word: string, { nodes }: Known) => oneOf('node', word, [...nodes, ALL]);

const FORMS: Form[] = [
  [/^no drift$/, ([text = '']) => ({ text, kind: 'no-drift' })],
  [/^as at start$/, ([text = '']) => ({ text, kind: 'as-at-start' })],
  [
    /^survives (\S+)(?: of (\S+))?$/,
    ([text = '', fault = '', group], known) => ({
      text,
      kind: 'survives',
      fault: oneOf('fault', fault, AT_END_FAULTS),
      group: groupOf(group ?? known.groups[0] ?? '', known),
    }),
  ],
  [
    /^(no )?(".*"|\/.*\/[a-z]*) in (\/\S+) on (\S+)$/,
    ([text = '', absent, pattern = '', path = '', node = ''], known) => ({
      text,
      kind: 'contains',
      absent: absent !== undefined,
      pattern: patternOf(pattern.startsWith('"') ? pattern.slice(1, -1) : pattern),
      path,
      node: nodeOf(node, known),
    }),
  ],
  [
    /^version (\S+) on (\S+)$/,
    ([text = '', version = '', node = ''], known) => ({
      text,
      kind: 'version',
      version,
      node: nodeOf(node, known),
    }),
  ],
  [
    /^(no )?patch (\S+) on (\S+)$/,
    ([text = '', absent, patch = '', node = ''], known) => ({
      text,
      kind: 'patch',
      patch,
      node: nodeOf(node, known),
      absent: absent !== undefined,
    }),
  ],
  [
    /^(\S+) on (\S+)$/,
    ([text = '', group = '', node = ''], known) => ({
      text,
      kind: 'on',
      group: groupOf(group, known),
      node: oneOf('node', node, known.nodes),
    }),
  ],
  [
    /^(\S+) serves$/,
    ([text = '', group = ''], known) => ({ text, kind: 'serves', group: groupOf(group, known) }),
  ],
  [
    /^(\S+) nowhere$/,
    ([text = '', group = ''], known) => ({ text, kind: 'nowhere', group: groupOf(group, known) }),
  ],
];

const EXAMPLES =
  'GROUP on NODE · GROUP serves · GROUP nowhere · version V on NODE · patch P on all · survives node-kill · no drift · as at start · "TEXT" in PATH on NODE';

/** @throws ValueError */
export function atEndOf(line: string, known: Known): AtEnd {
  const text = line.trim();
  for (const [form, make] of FORMS) {
    const found = form.exec(text);
    if (found !== null) return make([...found], known);
  }
  throw new ValueError(`"${text}" is nothing that can be looked at. Write one of: ${EXAMPLES}`);
}
