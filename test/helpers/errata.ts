/** The table of the guide's errata against what rehearsals of its procedures found. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { RunbookResult } from '../../reports/model.ts';
import { repository } from './cli.ts';

export const RUNBOOKS = 'drills/runbooks';
/** So many contradictions of the chapter are known; their numbers are those of the table. */
export const ERRATA = 34;

const sighting = z.strictObject({
  /** The document's name, without its ending. */
  runbook: z.string(),
  /** A step of it, or a line of its at-end. */
  step: z.string(),
  /** A part of the finding there. */
  message: z.string().min(1),
});
export type Sighting = z.infer<typeof sighting>;

const claim = z.string().min(1);
const erratum = z.union([
  z.strictObject({ claim, seen: z.array(sighting).min(1) }),
  z.strictObject({ claim, unseen: z.string().min(1) }),
]);

const table = z.strictObject({
  errata: z.record(z.coerce.number().int(), erratum),
  further: z.array(sighting.extend({ claim })),
});
export type ErrataTable = z.infer<typeof table>;

export function readErrata(): ErrataTable {
  return table.parse(parse(readFileSync(join(repository, RUNBOOKS, 'errata.yaml'), 'utf8')));
}

/** All findings that are expected of the document. */
export function sightingsIn({ errata, further }: ErrataTable, runbook: string): Sighting[] {
  const all = Object.values(errata).flatMap((one) => ('seen' in one ? one.seen : []));
  return [...all, ...further].filter((one) => one.runbook === runbook);
}

/** Names of the documents, without their ending. */
export function runbookNames(): string[] {
  const files = readdirSync(join(repository, RUNBOOKS)).filter((name) => name.endsWith('.md'));
  return files.map((name) => name.replace(/\.md$/, '')).sort();
}

export type Rehearsed = Pick<RunbookResult, 'atEnd'> & {
  steps: Pick<RunbookResult['steps'][number], 'name' | 'verdict' | 'findings'>[];
};

/** Where table and run differ, in words: what is missing, and what nobody has written down. Pure. */
export function differences(expected: readonly Sighting[], { steps, atEnd }: Rehearsed): string[] {
  const found = [
    ...steps.map(({ name, findings }) => ({ name, findings })),
    ...atEnd.map(({ text, verdict, evidence }) => ({
      name: text,
      findings: verdict === 'upheld' ? [] : [`${verdict}: ${evidence.join(' ')}`],
    })),
  ];
  const unrun = steps.filter(({ verdict }) => verdict === 'not run').map(({ name }) => `${name} was not run`);
  const missing = expected.flatMap(({ step, message }) => {
    const findings = found.find(({ name }) => name === step)?.findings ?? [];
    if (findings.some((finding) => finding.includes(message))) return [];
    return [`${step} was to say "${message}", and says: ${findings.join('; ') || 'nothing'}`];
  });
  const unlisted = found
    .filter(({ name, findings }) => findings.length > 0 && !expected.some(({ step }) => step === name))
    .map(({ name, findings }) => `${name} is not in the table, and says: ${findings.join('; ')}`);
  return [...unrun, ...missing, ...unlisted];
}
