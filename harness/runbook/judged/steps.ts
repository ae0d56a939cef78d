/** Each step against what the document says of it. Pure. */
import type { Timeline } from '../../timeline.ts';
import { asideOf, type Block } from '../document.ts';
import { deviationsOf, seconds } from '../outputs.ts';
import { type BlockRun, blockRunsOf, overMs, type RunbookDrill, type Window, windowOf } from './course.ts';
import { cutOffWithin } from './seen.ts';
import { usersOf } from './users.ts';

export interface CutOff {
  service: string;
  ms: number;
  open: boolean;
}

export interface JudgedStep {
  step: Block;
  verdict: 'as promised' | 'otherwise' | 'not run';
  /** What went otherwise, in words. */
  findings: string[];
  repaired: boolean;
  runs: BlockRun[];
  window: Window | null;
  cutOff: CutOff[];
}

export function judgedSteps(timeline: Timeline, facts: RunbookDrill): JudgedStep[] {
  const runs = blockRunsOf(timeline);
  return facts.runbook.runbook.steps.map((step) => judgeStep(timeline, facts, step, runs));
}

function judgeStep(
  timeline: Timeline,
  facts: RunbookDrill,
  step: Block,
  all: readonly BlockRun[],
): JudgedStep {
  const window = windowOf(timeline, step.name);
  const none = { step, findings: [], repaired: false, runs: [], window, cutOff: [] };
  if (window === null) return { ...none, verdict: 'not run' };
  const within = all.filter(({ fromMs }) => fromMs >= window.fromMs && fromMs <= window.untilMs);
  const runs = within.filter(({ role }) => role !== 'rollback');
  const cutOff = usersOf(facts).map((users) => ({
    service: users.service.name,
    ...cutOffWithin(timeline, users, window),
  }));
  const typed = runs.filter(({ role }) => role === 'step').flatMap((run) => findingsOf(run, step));
  const repairs = runs.filter(({ role }) => role === 'repair');
  const repair = asideOf(facts.runbook.runbook, step.repair);
  const failedRepair = repairs.flatMap((run) =>
    findingsOf(run, repair ?? step).map((finding) => `its repair ${run.block} failed: ${finding}`),
  );
  const findings = [...typed, ...failedRepair, ...tooLong(step, cutOff)];
  return {
    ...none,
    verdict: findings.length === 0 ? 'as promised' : 'otherwise',
    findings,
    repaired: repairs.length > 0 && failedRepair.length === 0,
    runs,
    cutOff,
  };
}

function findingsOf(run: BlockRun, block: Block): string[] {
  const where = block.nodes.length > 1 ? `on ${run.node}: ` : '';
  if (run.ended === null) return [`${where}the run was cut off while it was typed`];
  return deviationsOf(block, { ...run, ended: run.ended }).map((line) => `${where}${line}`);
}

function tooLong({ outageMs }: Block, cutOff: readonly CutOff[]): string[] {
  if (outageMs === null) return [];
  return cutOff
    .filter(({ ms }) => ms > outageMs)
    .map(({ service, ms, open }) => {
      const still = open ? ', and were still at its end' : '';
      return `users of ${service} were cut off for ${seconds(ms)}, ${seconds(outageMs)} are allowed${still}`;
    });
}

/** Over the whole procedure, from its first step on. */
export function totalCutOff(timeline: Timeline, facts: RunbookDrill): CutOff[] {
  const [first] = facts.runbook.runbook.steps.flatMap(({ name }) => windowOf(timeline, name) ?? []);
  const untilMs = overMs(timeline) ?? timeline.at(-1)?.atMs ?? 0;
  if (first === undefined) return [];
  return usersOf(facts).map((users) => ({
    service: users.service.name,
    ...cutOffWithin(timeline, users, { fromMs: first.fromMs, untilMs }),
  }));
}

/** As `drills/runbooks/x.md:31`, with the place in the source where the document names it. */
export function placeInWords(file: string, { place, guide }: Block): string {
  return `${file}:${place.line}${guide === '' ? '' : ` (${guide})`}`;
}
