/** The report's JSON Schema, for readers in other languages. `node reports/schema.ts --write` renews the file. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { report, SCHEMA_VERSION } from './model.ts';

export const SCHEMA_FILE = fileURLToPath(new URL('report.schema.json', import.meta.url));

export function jsonSchema(): object {
  return {
    title: `ha-drills report, schema version ${SCHEMA_VERSION}`,
    description:
      'What report.json of a run folder holds. Fields named …Ms are milliseconds since the run began.',
    // Readers must tolerate additions, which do not raise the version, so unknown fields stay allowed.
    ...z.toJSONSchema(report, { io: 'input' }),
  };
}

export function schemaText(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
}

if (import.meta.main) {
  if (process.argv.includes('--write')) writeFileSync(SCHEMA_FILE, schemaText());
  else process.stdout.write(schemaText());
}
