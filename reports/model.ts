/**
 * The report model: what `report.json` holds and all that a renderer may know. Built once from timelines (build.ts),
 * never changed by a renderer. Moments and lengths named `…Ms` are milliseconds since the run began.
 */
import { z } from 'zod';
import { changes, trend } from './changes-model.ts';
import { runbookResult } from './runbook-model.ts';
import { type Verdict, verdict } from './verdict.ts';

export type { Changes, LengthChange, Trend } from './changes-model.ts';
export type { RunbookResult } from './runbook-model.ts';
export { type Verdict, verdict };

/** Raised when a field changes its meaning or goes away; additions keep it. */
export const SCHEMA_VERSION = 1;

const ms = z.number();

/** One line of evidence: something seen, with the number. */
const evidence = z.array(z.string());

export const checkResult = z.object({
  name: z.string().describe('The checker, named after its file in harness/checkers'),
  question: z.string().describe('What it asks, for a person'),
  verdict,
  expected: verdict,
  /** True for the drill's own conditions: when one is not met, the drill is inconclusive. */
  validity: z.boolean(),
  evidence,
});
export type CheckResult = z.infer<typeof checkResult>;

export const claimResult = z.object({
  id: z.string(),
  statement: z.string().describe('What the guide says, in short'),
  verdict,
  expected: verdict,
  evidence,
  drill: z.string().optional(),
});
export type ClaimResult = z.infer<typeof claimResult>;

export const outage = z.object({
  service: z.string(),
  kind: z.enum(['write', 'read']),
  fromMs: ms.describe('The last success before'),
  untilMs: ms.describe('The first of the sustained successes after; the end of observation if censored'),
  censored: z.boolean().describe('True when the service had not come back: the outage is at least this long'),
  probeIntervalMs: ms.describe('Time between two planned operations of this kind: the resolution'),
});
export type Outage = z.infer<typeof outage>;

export const phase = z.object({
  name: z
    .string()
    .describe(
      'A step of the switchover (detection, membership, fencing, service stop, address off, unmount, mount, grace, address, service start, first success), another reason (nodes down, cluster forms, no quorum, storage lost, failed start, switched off, process restart, network cut, disk full, slow disk), or unexplained',
    ),
  service: z.string(),
  node: z.string(),
  fromMs: ms,
  untilMs: ms,
});
export type Phase = z.infer<typeof phase>;

export const operations = z.object({
  service: z.string(),
  ok: z.number().int(),
  failed: z.number().int(),
  indeterminate: z.number().int(),
  lost: z.number().int().describe('Acknowledged writes that no read-back found'),
  duplicated: z.number().int().describe('Writes that the store applied more than once'),
});

export const faultRecord = z.object({
  name: z.string(),
  target: z.string(),
  appliedMs: ms,
  verified: z.boolean(),
  detail: z.string(),
});

/** Operations in slices of `bucketMs`, one entry a slice, for the picture. Latencies are null in a slice without success. */
export const series = z.object({
  service: z.string(),
  kind: z.enum(['write', 'read']),
  fromMs: ms,
  bucketMs: ms,
  ok: z.array(z.number().int()),
  failed: z.array(z.number().int()),
  indeterminate: z.array(z.number().int()),
  medianLatencyMs: z.array(ms.nullable()),
  slowestLatencyMs: z.array(ms.nullable()),
});

/** One row of the timeline picture. */
export const lane = z.object({
  name: z.string(),
  kind: z.enum(['node', 'array', 'network', 'client', 'drill']),
  spans: z.array(
    z.object({
      label: z.string(),
      style: z.enum(['mount', 'address', 'process', 'up', 'outage', 'phase', 'method', 'served']),
      fromMs: ms,
      untilMs: ms,
    }),
  ),
  marks: z.array(z.object({ label: z.string(), style: z.enum(['fault', 'event']), atMs: ms })),
});
export type Lane = z.infer<typeof lane>;

export const log = z.object({
  name: z.string().describe('The container'),
  file: z.string().describe('Path of the whole log, relative to the run folder'),
  lines: z.array(z.object({ atMs: ms.nullable(), text: z.string() })),
});

/** A time in which nothing was done, and what clients and nodes had of each other then. */
export const measurement = z.object({
  fromMs: ms,
  untilMs: ms,
  services: z.array(
    z.object({
      service: z.string(),
      node: z.string().nullable().describe('Where its address was throughout, as the witness saw it'),
      served: z.number().int().describe('Operations that succeeded'),
      medianWriteMs: ms.nullable().describe('Latency from the planned moment'),
    }),
  ),
  nodes: z.array(z.object({ node: z.string(), cpuMs: ms.nullable() })),
});

const estimate = {
  percent: z.number(),
  lowPercent: z.number().describe('Lower end of the 95 % interval'),
  highPercent: z.number(),
};

/** Table 6-2 of the guide: down time by four ways of finding it. */
export const availability = z.object({
  years: z.number().describe('Simulated years of each row'),
  tolerance: z.number().describe('Percentage points within which the guide counts as right'),
  rows: z.array(
    z.object({
      model: z.string(),
      terms: z.string(),
      guidePercent: z.number(),
      correctedPercent: z.number().describe("What the guide's own terms come to"),
      simulated: z
        .object(estimate)
        .describe('From its rates of failure and repair, all nodes down at once included'),
      nodesDownPercent: z.number().describe('Of that, without any node to run on'),
      measured: z
        .object({
          ...estimate,
          moves: z.number().int().describe('Outages of this run that a node failure caused'),
          medianMs: ms,
          movesPerYear: z.number(),
          movesPercent: z.number().describe('Down time by moving alone'),
        })
        .nullable()
        .describe('The same with the time that moving a service took in this run'),
    }),
  ),
});
export type Availability = z.infer<typeof availability>;

export const drillResult = z.object({
  id: z.string().describe('Name of its folder in the run folder'),
  name: z.string(),
  title: z.string().describe('The sentence that the drill tests'),
  model: z.string(),
  profile: z.enum(['fast', 'guide']),
  verdict,
  expected: verdict,
  durationMs: ms,
  seed: z.number().int(),
  repetition: z.number().int(),
  sabotage: z.string().nullable(),
  command: z.string().describe('The exact command that repeats it'),
  validity: z.object({ valid: z.boolean(), reasons: z.array(z.string()) }),
  checks: z.array(checkResult),
  claims: z.array(claimResult),
  outages: z.array(outage),
  phases: z.array(phase),
  operations: z.array(operations),
  faults: z.array(faultRecord),
  measurements: z.array(measurement).default([]),
  ratePerSecond: z.number().default(0).describe("Operations per second of each service's client"),
  cpuPerNode: z
    .number()
    .nullable()
    .default(null)
    .describe('Cores of each node while it was measured, where they were fixed'),
  series: z.array(series),
  lanes: z.array(lane),
  steps: z.array(z.object({ atMs: ms, text: z.string() })),
  runbook: runbookResult.optional().describe('Of a drill that is a procedure from a document'),
  stages: z
    .array(z.object({ name: z.string(), durationMs: ms }))
    .optional()
    .describe('Where the time of the drill went, from being built to being swept away'),
  logs: z.array(log),
  problem: z.string().nullable().describe('What broke the drill itself, if anything did'),
  earlierAttempt: z
    .string()
    .optional()
    .describe('How the first attempt ended, where this is the second with the same seed'),
});
export type DrillResult = z.infer<typeof drillResult>;

const machine = z.object({
  platform: z.string(),
  kernel: z.string(),
  cpu: z.string(),
  cores: z.number().int(),
  memoryMiB: z.number().int(),
});

/** One part of a run that was shared out among machines. */
export const shard = z.object({
  index: z.number().int().describe('From 1 on'),
  count: z.number().int(),
});

export const report = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  run: z.object({
    id: z.string(),
    seed: z.number().int(),
    started: z.string().describe('Wall clock, ISO 8601 with zone'),
    durationMs: ms,
    stages: z
      .array(z.object({ name: z.string(), durationMs: ms }))
      .describe('Where the time of the run went'),
    versions: z.record(z.string(), z.string()).describe('ha-drills, node, engine, images'),
    engine: z.object({ kind: z.string(), host: z.string(), version: z.string() }),
    machine,
    command: z.string(),
    interrupted: z.boolean(),
    jobs: z.number().int().optional().describe('Drills at the same time'),
    git: z
      .object({ commit: z.string(), dirty: z.boolean() })
      .nullable()
      .optional()
      .describe('State of the working copy; null outside of one'),
    allClaims: z.boolean().optional().describe('True when every claim of the guide is compared'),
    shard: shard.optional().describe('Which part of the drills this run did, where it did not do all'),
    parts: z
      .array(
        shard.extend({
          run: z.string(),
          started: z.string(),
          durationMs: ms,
          jobs: z.number().int().nullable(),
          interrupted: z.boolean(),
          machine,
          engineVersion: z.string(),
          drills: z.array(z.string()).describe('Ids'),
        }),
      )
      .optional()
      .describe('The shards that were merged into this report'),
    missingShards: z.array(shard).optional().describe('Shards that were not there to be merged'),
  }),
  verdict,
  exitCode: z.number().int(),
  sentence: z.string().describe('The verdict in words: also the last line on stdout'),
  drills: z.array(drillResult),
  availability: availability.nullable().default(null).describe('Null where nothing was simulated'),
  claims: z
    .array(claimResult)
    .describe('Over all drills: several observations merge as refuted, inconclusive, upheld, not exercised'),
  changes: changes.nullable().optional().describe('Null when the history had no run to compare with'),
  trends: z.array(trend).optional().describe('Where there is a history'),
});
export type Report = z.infer<typeof report>;
