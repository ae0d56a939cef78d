/** The JSON Schemas of the history's files, for readers in other languages. `node harness/history/schemas.ts --write` renews them. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { BASELINE_VERSION, baseline } from './baseline.ts';
import { HISTORY_VERSION, historyEntry } from './entry.ts';

const at = (name: string) => fileURLToPath(new URL(`../../reports/${name}.schema.json`, import.meta.url));

/** Each with its file. Readers must tolerate additions, which do not raise the version, so unknown fields stay allowed. */
export const SCHEMAS = [
  {
    file: at('history'),
    title: `ha-drills history, one run, version ${HISTORY_VERSION}`,
    schema: historyEntry,
  },
  { file: at('baseline'), title: `ha-drills baseline, version ${BASELINE_VERSION}`, schema: baseline },
];

export function schemaText({ title, schema }: Pick<(typeof SCHEMAS)[number], 'title' | 'schema'>): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`;
}

if (import.meta.main && process.argv.includes('--write'))
  for (const one of SCHEMAS) writeFileSync(one.file, schemaText(one));
