/** What the history keeps of one run: a small file, from which lengths and verdicts can be followed over many. Pure. */
import { z } from 'zod';
import { outageMs } from '../../reports/format.ts';
import type { DrillResult, Report } from '../../reports/model.ts';
import { longestOutage } from '../../reports/repetitions.ts';
import { verdict } from '../../reports/verdict.ts';
import { type Machine, machine, machineOf } from './machine.ts';

/** Raised when a field changes its meaning or goes away; additions keep it. */
export const HISTORY_VERSION = 1;

const ms = z.number().nonnegative();

export const historyDrill = z.object({
  drill: z.string(),
  model: z.string(),
  profile: z.enum(['fast', 'guide']),
  machine: z.number().int().nonnegative().describe('Which of the machines, from 0 on'),
  seed: z.number().int(),
  repetition: z.number().int(),
  attempt: z.number().int().describe('2 when the first one was inconclusive and it was done again'),
  verdict,
  expected: verdict,
  valid: z.boolean().describe('Its own conditions were met: its lengths are measurements'),
  writes: z
    .array(z.object({ service: z.string(), ms, censored: z.boolean() }))
    .describe('Write outages, those of one service in the order of time; censored: at least so long'),
  phases: z
    .array(z.object({ name: z.string(), ms }))
    .describe('Of the longest write outage, parts of one name added up'),
});
export type HistoryDrill = z.infer<typeof historyDrill>;

export const historyEntry = z.object({
  historyVersion: z.literal(HISTORY_VERSION),
  run: z.string().describe('Id, and the name of the file'),
  started: z.iso.datetime({ offset: true }).describe('Wall clock, ISO 8601 with zone'),
  version: z.string().describe('Of ha-drills'),
  commit: z.string().nullable(),
  exitCode: z.number().int(),
  interrupted: z.boolean(),
  whole: z.boolean().describe('True for every drill on every model, with no shard missing'),
  machines: z.array(machine).min(1).describe('One, or one for each shard that had another'),
  drills: z.array(historyDrill),
  claims: z.array(z.object({ id: z.string(), verdict, expected: verdict })),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

/** Broken variants are left out: nobody wants to know whether a sabotage takes longer than last week. */
export function entryOf(report: Report): HistoryEntry {
  const { run } = report;
  const { machines, of } = machinesOf(run);
  return {
    historyVersion: HISTORY_VERSION,
    run: run.id,
    started: run.started,
    version: run.versions['ha-drills'] ?? '',
    commit: run.git?.commit ?? null,
    exitCode: report.exitCode,
    interrupted: run.interrupted,
    whole: run.allClaims === true && run.shard === undefined && (run.missingShards ?? []).length === 0,
    machines,
    drills: report.drills
      .filter(({ sabotage }) => sabotage === null)
      .map((drill) => ({ ...drillOf(drill), machine: of(drill.id) })),
    claims: report.claims.map(({ id, verdict: found, expected }) => ({ id, verdict: found, expected })),
  };
}

/** A merged run has those of its shards, each machine once. */
function machinesOf(run: Report['run']): { machines: Machine[]; of: (id: string) => number } {
  const own = machineOf(run.machine, run.engine.version, run.jobs);
  const parts = (run.parts ?? []).map((part) => ({
    drills: new Set(part.drills),
    text: JSON.stringify(machineOf(part.machine, part.engineVersion, part.jobs)),
  }));
  const texts = [...new Set(parts.length > 0 ? parts.map(({ text }) => text) : [JSON.stringify(own)])];
  return {
    machines: texts.map((text) => JSON.parse(text) as Machine),
    of: (id) => {
      const part = parts.find(({ drills }) => drills.has(id));
      return part === undefined ? 0 : texts.indexOf(part.text);
    },
  };
}

function drillOf(drill: DrillResult): Omit<HistoryDrill, 'machine'> {
  const { name, model, profile, seed, repetition, verdict: found, expected, validity } = drill;
  return {
    ...{ drill: name, model, profile, seed, repetition, verdict: found, expected, valid: validity.valid },
    attempt: drill.earlierAttempt === undefined ? 1 : 2,
    writes: drill.outages
      .filter(({ kind }) => kind === 'write')
      .map((outage) => ({
        service: outage.service,
        ms: rounded(outageMs(outage)),
        censored: outage.censored,
      })),
    phases: phasesOfLongest(drill),
  };
}

/** A drill may cut off several services, and one of them twice: what is followed is the outage that its headline tells. */
function phasesOfLongest(drill: DrillResult): HistoryDrill['phases'] {
  const longest = longestOutage(drill, 'write');
  if (longest === undefined) return [];
  const own = drill.phases.filter(
    ({ service, fromMs, untilMs }) =>
      service === longest.service && fromMs >= longest.fromMs && untilMs <= longest.untilMs,
  );
  const names = [...new Set(own.map(({ name }) => name))];
  return names.map((name) => ({
    name,
    ms: rounded(
      own
        .filter((phase) => phase.name === name)
        .reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0),
    ),
  }));
}

/** Clients ask every few milliseconds; a thousandth of one is noise that only makes files longer. */
function rounded(value: number): number {
  return Math.max(0, Math.round(value * 10) / 10);
}
