/** The part of the report model that compares a run with those before it: filled where a run is told of a history. */
import { z } from 'zod';
import { verdict } from './verdict.ts';

const ms = z.number();
const appeared = z.object({ drill: z.string(), model: z.string(), profile: z.enum(['fast', 'guide']) });

/** A length as the runs of the history had it and as this run has it: of an outage, or of one of its phases. */
export const lengthChange = appeared.extend({
  phase: z.string().nullable().describe('Null for the whole of the write outage'),
  beforeMs: ms.nullable().describe('Median of the last run that did this drill; null where it had none'),
  nowMs: ms.nullable().describe('Median of this run'),
  usualMs: ms.nullable().describe('Median of the last runs on such a machine, with the last one'),
  runs: z.number().int().describe('How many runs that is'),
  ratio: z.number().nullable().describe('nowMs / usualMs'),
  interval: z
    .object({ lowMs: ms, highMs: ms })
    .nullable()
    .describe('95 % bootstrap interval of nowMs − usualMs; null where there are too few'),
  p: z.number().nullable().describe('Chance of such a difference without any reason, by the rank test'),
  verdict: z
    .enum(['slower', 'faster', 'same', 'too few'])
    .describe('Slower or faster: significant, and beyond the threshold of the gate'),
});
export type LengthChange = z.infer<typeof lengthChange>;

/** What is other than in the last run of the history that selected drills in the same way. */
export const changes = z.object({
  sinceRun: z.string(),
  sinceStarted: z.string().describe('Wall clock, ISO 8601 with zone'),
  otherMachine: z
    .array(z.string())
    .describe('How that run’s machine differs, as "kernel 6.1, then 6.8"; lengths are then not compared'),
  verdicts: z.array(appeared.extend({ from: verdict, to: verdict })),
  claims: z.array(z.object({ id: z.string(), from: verdict, to: verdict })),
  outages: z.array(lengthChange).describe('Every drill with a write outage, the largest change first'),
  newDrills: z.array(appeared),
  goneDrills: z.array(appeared),
});
export type Changes = z.infer<typeof changes>;

/** One drill on one model over the last runs of the history, the oldest first, this run last. */
export const trend = appeared.extend({
  runs: z.array(
    z.object({
      run: z.string(),
      started: z.string(),
      verdict,
      sameMachine: z.boolean().describe('As that of this run'),
      writeMs: ms.nullable().describe('Median write outage; null where nothing valid was measured'),
      censored: z.boolean().describe('True when the service was not back: at least so long'),
      phases: z.array(z.object({ name: z.string(), ms })).describe('Medians, parts of one name added up'),
    }),
  ),
});
export type Trend = z.infer<typeof trend>;
