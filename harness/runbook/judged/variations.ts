/** A fault between two steps, and the way back from one: whether users were served again, and what is left. Pure. */
import type { Timeline } from '../../timeline.ts';
import { ms } from '../../wording.ts';
import { asideOf, type Variation } from '../document.ts';
import { deviationsOf } from '../outputs.ts';
import { blockRunsOf, type RunbookDrill, stageOf } from './course.ts';
import { type Drift, sinceStart, snapshotAt } from './drift.ts';
import { cutOffWithin, isServedAt, ownedAt, ownedInWords } from './seen.ts';
import { judgedSteps } from './steps.ts';
import { usersOf } from './users.ts';

/** How a service came out of a fault at a boundary. */
export interface AfterFault {
  service: string;
  outcome: 'by itself' | 'after the rest' | 'unable to serve' | 'not served before';
  cutOffMs: number;
  open: boolean;
}

export interface Boundary {
  variation: Variation;
  /** As "before patch-node1", or "at the end". */
  where: string;
  /** As "power-loss of Node1"; empty of a way back. */
  struck: string;
  reached: boolean;
  services: AfterFault[];
  /** Steps of the rest that went otherwise, and rollbacks that did. */
  otherwise: string[];
  drift: Drift[];
  safe: boolean;
}

export function boundaryOf(timeline: Timeline, facts: RunbookDrill): Boundary | null {
  const { variation } = facts.runbook;
  if (variation === null) return null;
  return variation.kind === 'fault'
    ? afterFault(timeline, facts, variation)
    : afterRollback(timeline, facts, variation);
}

function placeOf({ steps }: RunbookDrill['runbook']['runbook'], done: number): string {
  const [before, next] = [steps[done - 1], steps[done]];
  if (before === undefined) return `before ${next?.name}`;
  return next === undefined ? `after ${before.name}, the last` : `after ${before.name}`;
}

function afterFault(
  timeline: Timeline,
  facts: RunbookDrill,
  variation: Extract<Variation, { kind: 'fault' }>,
): Boundary {
  const { runbook } = facts.runbook;
  const [struck, itself, rest] = (['struck', 'by-itself', 'rest-over'] as const).map((stage) =>
    stageOf(timeline, stage),
  );
  const base = {
    variation,
    where: placeOf(runbook, variation.after),
    drift: [],
    struck: struck?.detail ?? '',
  };
  if (!struck || !itself || !rest)
    return { ...base, reached: false, services: [], otherwise: [], safe: false };
  const services = usersOf(facts).map((users): AfterFault => {
    const { ms: cutOffMs, open } = cutOffWithin(timeline, users, {
      fromMs: struck.atMs,
      untilMs: rest.atMs,
    });
    const at = (atMs: number) => isServedAt(timeline, users, atMs);
    const outcome = at(itself.atMs) ? 'by itself' : at(rest.atMs) ? 'after the rest' : 'unable to serve';
    const before = isServedAt(timeline, users, struck.atMs);
    const isAtPeace = !before && outcome === 'unable to serve' && runbook.start === 'bare';
    return {
      service: users.service.name,
      outcome: isAtPeace ? 'not served before' : outcome,
      cutOffMs,
      open,
    };
  });
  const steps = judgedSteps(timeline, facts).slice(variation.after);
  const allowed = runbook.outageAtFaultMs ?? Number.POSITIVE_INFINITY;
  const isSafe = ({ outcome, cutOffMs, open }: AfterFault) =>
    (outcome === 'by itself' || outcome === 'after the rest') && !open && cutOffMs <= allowed;
  return {
    ...base,
    reached: true,
    services,
    otherwise: steps.flatMap(({ step, findings }) => findings.map((line) => `${step.name}: ${line}`)),
    safe: services.every(isSafe),
  };
}

function afterRollback(
  timeline: Timeline,
  facts: RunbookDrill,
  variation: Extract<Variation, { kind: 'rollback' }>,
): Boundary {
  const { runbook } = facts.runbook;
  const over = stageOf(timeline, 'rolled-back');
  const [start, now] = [snapshotAt(timeline, 'start'), snapshotAt(timeline, 'rolled-back')];
  const base = { variation, where: placeOf(runbook, variation.from), struck: '' };
  if (over === null || start === undefined || now === undefined)
    return { ...base, reached: false, services: [], otherwise: [], drift: [], safe: false };
  const without = runbook.steps
    .slice(0, variation.from)
    .filter(({ rollback }) => rollback === null)
    .map(({ name }) => `${name} has no rollback`);
  const failed = blockRunsOf(timeline)
    .filter(({ role }) => role === 'rollback')
    .flatMap((run) => {
      const block = asideOf(runbook, run.block);
      if (block === undefined || run.ended === null) return [];
      return deviationsOf(block, { ...run, ended: run.ended }).map(
        (line) => `${run.block} on ${run.node}: ${line}`,
      );
    });
  const moved = usersOf(facts).flatMap(({ service }) => {
    const [before, after] = [start.atMs, over.atMs].map((atMs) =>
      ownedInWords(ownedAt(timeline, service, atMs)),
    );
    return before === after ? [] : [`${service.name} was with ${before} and is with ${after}`];
  });
  const served = usersOf(facts).map((users): AfterFault => {
    const is = isServedAt(timeline, users, over.atMs);
    const was = isServedAt(timeline, users, start.atMs);
    return {
      service: users.service.name,
      outcome: is ? 'by itself' : was ? 'unable to serve' : 'not served before',
      cutOffMs: 0,
      open: !is && was,
    };
  });
  const drift = sinceStart(start, now);
  const otherwise = [...failed, ...moved];
  const safe = drift.length === 0 && otherwise.length === 0 && served.every(({ open }) => !open);
  return { ...base, reached: true, services: served, otherwise: [...otherwise, ...without], drift, safe };
}

export function outcomeInWords({ service, outcome, cutOffMs, open }: AfterFault, several: boolean): string {
  const name = several ? `${service}: ` : '';
  const cut = cutOffMs > 0 ? `, cut off for ${open ? 'at least ' : ''}${ms(cutOffMs)}` : '';
  const words = {
    'by itself': 'users served again by itself',
    'after the rest': 'users served again only after the rest of the procedure',
    'unable to serve': 'unable to serve',
    'not served before': 'had not been served before',
  };
  return `${name}${words[outcome]}${cut}`;
}
