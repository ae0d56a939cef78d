/** Reads a stored report, and refuses what it cannot be sure to understand. */
import { messageOf, UsageError } from '../harness/errors.ts';
import { type Report, report as reportSchema, SCHEMA_VERSION } from './model.ts';

export function parseReport(text: string): Report {
  const value = parseJson(text);
  const version = versionOf(value);
  if (version > SCHEMA_VERSION) {
    throw new UsageError(
      `The report has schema version ${version}; this ha-drills reads ${SCHEMA_VERSION}. ` +
        'Read it with the ha-drills that wrote it, or a newer one.',
    );
  }
  if (version < SCHEMA_VERSION) {
    throw new UsageError(
      `The report has schema version ${version}; this ha-drills reads ${SCHEMA_VERSION}. ` +
        'Build it again from its timelines with: drill recheck RUN',
    );
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const more = parsed.error.issues.length - 1;
  const where = first && first.path.length > 0 ? first.path.join('.') : 'its top level';
  throw new UsageError(
    `The report does not fit schema version ${SCHEMA_VERSION}: ${where}: ${first?.message ?? 'unknown'}` +
      `${more > 0 ? ` (and ${more} more)` : ''}. Build it again from its timelines with: drill recheck RUN`,
    { cause: parsed.error },
  );
}

function parseJson(text: string): unknown {
  if (text.trim() === '')
    throw new UsageError('The report is empty: the run may have died before writing it.');
  try {
    return JSON.parse(text);
  } catch (error) {
    const looksLikeReport = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}');
    const what = looksLikeReport ? 'is truncated: it ends in the middle' : 'is not JSON';
    throw new UsageError(
      `The report ${what} (${messageOf(error)}). Name a report.json, or its run folder; ` +
        'a damaged one can be built again with: drill recheck RUN',
      { cause: error },
    );
  }
}

function versionOf(value: unknown): number {
  const version: unknown =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (typeof version === 'number' && Number.isInteger(version)) return version;
  throw new UsageError(
    'The file is JSON, but no report of ha-drills: it has no schemaVersion. Name the report.json of a run folder.',
  );
}
