/** Drills of one name, model and profile belong together: they are repetitions of one experiment. */
import { differs, outageMs } from './format.ts';
import type { DrillResult, Outage } from './model.ts';

export interface Repetitions {
  first: DrillResult;
  drills: DrillResult[];
  /** Those whose verdict is not the expected one. */
  differing: DrillResult[];
}

export function groupRepetitions(drills: readonly DrillResult[]): Repetitions[] {
  const groups = Map.groupBy(drills, (drill) =>
    JSON.stringify([drill.name, drill.model, drill.profile, drill.sabotage]),
  );
  return [...groups.values()].flatMap((members) => {
    const first = members[0];
    return first ? [{ first, drills: members, differing: members.filter(differs) }] : [];
  });
}

/** The longest outage of a kind: what the worst-off service had, so the drill's headline. */
export function longestOutage(drill: DrillResult, kind: Outage['kind']): Outage | undefined {
  return drill.outages
    .filter((outage) => outage.kind === kind)
    .reduce<Outage | undefined>(
      (longest, outage) => (longest && outageMs(longest) >= outageMs(outage) ? longest : outage),
      undefined,
    );
}

export interface Sample {
  drill: DrillResult;
  ms: number;
  censored: boolean;
}

export interface Distribution {
  count: number;
  minMs: number;
  medianMs: number;
  maxMs: number;
  /** True when a censored length may have moved the median: it is then a lower bound. */
  medianCensored: boolean;
  maxCensored: boolean;
}

export function distribution(samples: readonly Pick<Sample, 'ms' | 'censored'>[]): Distribution | undefined {
  const sorted = samples.toSorted((a, b) => a.ms - b.ms);
  const [first, last] = [sorted[0], sorted.at(-1)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (!first || !last || !lower || !upper) return undefined;
  const medianMs = (lower.ms + upper.ms) / 2;
  return {
    count: sorted.length,
    minMs: first.ms,
    medianMs,
    maxMs: last.ms,
    medianCensored: samples.some((sample) => sample.censored && sample.ms <= upper.ms),
    maxCensored: samples.some((sample) => sample.censored),
  };
}

export function outageSamples(drills: readonly DrillResult[], kind: Outage['kind']): Sample[] {
  return drills.flatMap((drill) => {
    const outage = longestOutage(drill, kind);
    return outage ? [{ drill, ms: outageMs(outage), censored: outage.censored }] : [];
  });
}

/** Each phase by name, in the order of first appearance, its parts within one drill added up. */
export function phaseSamples(drills: readonly DrillResult[]): { name: string; samples: Sample[] }[] {
  const names = [...new Set(drills.flatMap((drill) => drill.phases.map((phase) => phase.name)))];
  return names.map((name) => ({
    name,
    samples: drills.flatMap((drill) => {
      const parts = drill.phases.filter((phase) => phase.name === name);
      const ms = parts.reduce((sum, part) => sum + part.untilMs - part.fromMs, 0);
      return parts.length > 0 ? [{ drill, ms, censored: false }] : [];
    }),
  }));
}

export interface OperationTotals {
  ok: number;
  failed: number;
  indeterminate: number;
  lost: number;
  duplicated: number;
}

export function operationTotals(drills: readonly DrillResult[]): OperationTotals {
  const totals: OperationTotals = { ok: 0, failed: 0, indeterminate: 0, lost: 0, duplicated: 0 };
  for (const row of drills.flatMap((drill) => drill.operations)) {
    for (const key of Object.keys(totals) as (keyof OperationTotals)[]) totals[key] += row[key];
  }
  return totals;
}
