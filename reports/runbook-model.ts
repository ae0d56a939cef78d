/** The certificate of a procedure, as `report.json` has it: part of the report model. */
import { z } from 'zod';
import { verdict } from './verdict.ts';

const ms = z.number();
const evidence = z.array(z.string());

const cutOff = z.object({
  service: z.string(),
  ms: ms.describe('Time without sustained writes'),
  open: z.boolean().describe('Users were still cut off at its end'),
});

const blockRun = z.object({
  block: z.string(),
  node: z.string(),
  role: z.enum(['step', 'repair', 'rollback']),
  fromMs: ms,
  untilMs: ms.nullable(),
  exit: z.number().int().nullable(),
  ended: z.enum(['exited', 'timeout', 'waiting', 'node-down']).nullable(),
  output: z.string(),
});

const beforeAndAfter = { before: z.string(), after: z.string() };

export const runbookStep = z.object({
  name: z.string(),
  line: z.number().int().describe('Where it stands in the document'),
  guide: z.string().describe('Where the source has it'),
  nodes: z.array(z.string()),
  commands: z.string(),
  verdict: z.enum(['as promised', 'otherwise', 'not run']),
  findings: z.array(z.string()).describe('What went otherwise than the document says'),
  repaired: z.boolean(),
  fromMs: ms.nullable(),
  untilMs: ms.nullable().describe('When clients had settled after it'),
  allowedMs: ms.nullable(),
  cutOff: z.array(cutOff),
  owners: z.array(z.object({ service: z.string(), ...beforeAndAfter })),
  versions: z.array(z.object({ node: z.string(), ...beforeAndAfter })),
  runs: z.array(blockRun),
});

/** A procedure of a document: its certificate. */
export const runbookResult = z.object({
  document: z.string(),
  start: z.enum(['serving', 'bare']),
  steps: z.array(runbookStep),
  outages: z.array(cutOff.extend({ allowedMs: ms.nullable() })).describe('Over the whole procedure'),
  interruptions: z
    .array(z.object({ service: z.string(), fromMs: ms, untilMs: ms, censored: z.boolean() }))
    .describe('Every time without sustained writes, of services with clients of their own, too'),
  atEnd: z.array(z.object({ text: z.string(), verdict, evidence })),
  drift: z.array(
    z.object({
      kind: z.enum(['nodes', 'start']).describe('Between nodes, or since the start'),
      what: z.string(),
      path: z.string(),
      diff: z.string().describe('Unified diff'),
    }),
  ),
  boundary: z
    .object({
      kind: z.enum(['fault', 'rollback']),
      done: z.number().int().describe('Steps that had been done'),
      where: z.string(),
      struck: z.string().describe('Fault and node'),
      reached: z.boolean(),
      safe: z.boolean(),
      outcomes: z.array(z.string()),
      cutOffMs: ms,
      open: z.boolean(),
      otherwise: z.array(z.string()),
      differences: z.number().int(),
    })
    .nullable()
    .describe('Of a procedure that a fault struck between two steps, or that was taken back'),
});
export type RunbookResult = z.infer<typeof runbookResult>;
