/** One report from those of a run's shards, judged over all of them. Pure. */
import { UsageError } from '../harness/errors.ts';
import { claims } from '../harness/guide/claims.ts';
import { reportOn } from './build.ts';
import type { DrillResult, Report } from './model.ts';

export interface Shard {
  /** Where it was read, for messages. */
  from: string;
  report: Report;
}

/** @throws UsageError naming what differs, when these are not shards of one run. */
export function mergeShards(shards: readonly Shard[], own: { id: string; command: string }): Report {
  const sorted = inOrder(shards);
  const [first] = sorted;
  if (first === undefined) throw new UsageError('there is nothing to merge: name the folders of the shards');
  for (const other of sorted) mustBeOfOneRun(first, other);
  mustBeDisjoint(sorted);
  const drills = sorted.flatMap(({ report }) => report.drills.map((drill) => ({ drill, report })));
  const missing = missingShards(sorted);
  const whole = first.report.run.allClaims === true && missing.length === 0;
  return reportOn(
    {
      ...mergedRun(first.report.run, sorted),
      ...own,
      ...(missing.length > 0 ? { missingShards: missing } : {}),
      expectedClaims: [
        ...(whole ? claims.map(({ id }) => id) : []),
        ...sorted.flatMap(({ report }) => report.claims.map(({ id }) => id)),
      ],
      simulatedYears: first.report.availability?.years,
    },
    drills.toSorted((a, b) => beganMs(a.drill) - beganMs(b.drill)).map(({ drill }) => drill),
  );
}

/** On its shard's own clock: the order in which one machine alone would have ended up with them. */
function beganMs({ lanes, steps }: DrillResult): number {
  const moments = [
    ...steps.map(({ atMs }) => atMs),
    ...lanes.flatMap(({ spans }) => spans.map((one) => one.fromMs)),
  ];
  return Math.min(...moments, Number.MAX_SAFE_INTEGER);
}

function shardOf({ from, report }: Shard): { index: number; count: number } {
  const { shard } = report.run;
  if (shard === undefined)
    throw new UsageError(
      `${from} holds run ${report.run.id}, which is no shard: only runs with --shard I/N can be merged`,
    );
  return shard;
}

function inOrder(shards: readonly Shard[]): Shard[] {
  return shards.toSorted((a, b) => shardOf(a).index - shardOf(b).index);
}

/** All that must be the same for two shards to be parts of one run. */
const same: [what: string, of: (report: Report) => unknown][] = [
  ['number of shards', ({ run }) => run.shard?.count],
  ['seed', ({ run }) => run.seed],
  ['state of the working copy', ({ run }) => run.git ?? null],
  ['engine', ({ run }) => `${run.engine.kind} ${run.engine.version}`],
  ['claims that are compared', ({ run }) => (run.allClaims === true ? 'all' : 'those of its drills')],
  ['years of the simulation', ({ availability }) => availability?.years ?? 'none'],
];

function mustBeOfOneRun(one: Shard, other: Shard): void {
  const differs = [
    ...same.flatMap(([what, of]) => difference(what, of(one.report), of(other.report))),
    ...versionsOf(one.report, other.report),
    ...profilesOf(one.report, other.report),
  ];
  if (differs.length === 0) return;
  throw new UsageError(
    `${one.from} and ${other.from} are not shards of one run: ${differs.join('; ')}. Merge what was run with the same --seed, --shard I/N, options and ha-drills`,
  );
}

function difference(what: string, one: unknown, other: unknown): string[] {
  const [a, b] = [one, other].map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return a === b ? [] : [`${what} ${a} and ${b}`];
}

function versionsOf({ run: one }: Report, { run: other }: Report): string[] {
  const names = [...new Set([...Object.keys(one.versions), ...Object.keys(other.versions)])];
  return (
    names
      .filter((name) => name !== 'engine')
      // An image that no drill of a shard needed is not made there.
      .filter((name) => isProgram(name) || (name in one.versions && name in other.versions))
      .flatMap((name) => difference(`version of ${name}`, one.versions[name], other.versions[name]))
  );
}

const isProgram = (name: string) => name === 'ha-drills' || name === 'node';

/** A shard without drills says nothing about it. */
function profilesOf(one: Report, other: Report): string[] {
  const [a, b] = [one, other].map(({ drills }) => [
    ...new Set(
      drills.map(({ profile, sabotage }) => `${profile}${sabotage === null ? '' : `, sabotage ${sabotage}`}`),
    ),
  ]) as [string[], string[]];
  return a.length === 0 || b.length === 0 ? [] : difference('profile', a.join(' + '), b.join(' + '));
}

function mustBeDisjoint(shards: readonly Shard[]): void {
  for (const [place, one] of shards.entries()) {
    const other = shards.slice(place + 1).find((later) => shardOf(later).index === shardOf(one).index);
    if (other) {
      const { index, count } = shardOf(one);
      throw new UsageError(
        `${one.from} and ${other.from} are both shard ${index} of ${count}: leave one out`,
      );
    }
    for (const later of shards.slice(place + 1)) {
      const twice = one.report.drills.find(({ id }) => later.report.drills.some((drill) => drill.id === id));
      if (twice)
        throw new UsageError(
          `drill ${twice.id} is in ${one.from} and in ${later.from}: these are not shards of one selection`,
        );
    }
  }
}

function missingShards(shards: readonly Shard[]): { index: number; count: number }[] {
  const there = shards.map((one) => shardOf(one));
  const count = there[0]?.count ?? 0;
  return Array.from({ length: count }, (_, place) => ({ index: place + 1, count })).filter(
    ({ index }) => !there.some((one) => one.index === index),
  );
}

function mergedRun(first: Report['run'], shards: readonly Shard[]): Report['run'] {
  const runs = shards.map(({ report }) => report.run);
  const begins = runs.map(({ started }) => Date.parse(started));
  const ends = runs.map(({ durationMs }, index) => (begins[index] ?? 0) + durationMs);
  const earliest = runs.toSorted((a, b) => Date.parse(a.started) - Date.parse(b.started))[0] ?? first;
  const { shard: _, jobs, ...rest } = first;
  return {
    ...rest,
    started: earliest.started,
    durationMs: Math.max(...ends) - Math.min(...begins),
    interrupted: runs.some(({ interrupted }) => interrupted),
    ...(jobs !== undefined && runs.every((run) => run.jobs === jobs) ? { jobs } : {}),
    versions: Object.assign({}, ...runs.map(({ versions }) => versions)),
    stages: runs.flatMap(({ stages, shard }) =>
      stages.map(({ name, durationMs }) => ({ name: `shard ${shard?.index}: ${name}`, durationMs })),
    ),
    parts: shards.map(({ report }) => partOf(report)),
  };
}

function partOf({ run, drills }: Report): NonNullable<Report['run']['parts']>[number] {
  const { id, started, durationMs, jobs, interrupted, machine, engine, shard } = run;
  return {
    ...{
      index: shard?.index ?? 1,
      count: shard?.count ?? 1,
      run: id,
      started,
      durationMs,
      interrupted,
      machine,
    },
    jobs: jobs ?? null,
    engineVersion: engine.version,
    drills: drills.map((drill) => drill.id),
  };
}
