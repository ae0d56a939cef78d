/** The course of a procedure, as its timeline has it: when which step, what was typed where, and its stages. */
import type { BlockRole, RunbookEvent, TypedEnd } from '../../../images/common/protocol.ts';
import { type DrillFacts, ofKind, type Timeline } from '../../timeline.ts';
import type { RunbookFacts } from '../document.ts';

/** A block on one node, from its first to its last moment; without an end the run was cut off in it. */
export interface BlockRun {
  block: string;
  node: string;
  role: BlockRole;
  fromMs: number;
  untilMs: number | null;
  exit: number | null;
  output: string;
  ended: TypedEnd | null;
  asked: string;
  unasked: string[];
}

/** A step from its beginning to the moment when clients had settled. */
export interface Window {
  fromMs: number;
  untilMs: number;
}

export type RunbookDrill = DrillFacts & { runbook: RunbookFacts };

export function isRunbook(facts: DrillFacts): facts is RunbookDrill {
  return facts.runbook !== undefined;
}

/** In the order in which they were typed. */
export function blockRunsOf(timeline: Timeline): BlockRun[] {
  return ofKind(timeline, 'block-begin').map(({ block, node, role, atMs }) => {
    const is = (event: { block: string; node: string; atMs: number }) =>
      event.block === block && event.node === node && event.atMs >= atMs;
    const end = ofKind(timeline, 'block-end').find(is);
    const shown = end?.output ?? outputSoFar(timeline, is);
    return {
      ...{ block, node, role, fromMs: atMs, untilMs: end?.atMs ?? null, output: shown },
      exit: end?.exit ?? null,
      ended: end?.ended ?? null,
      asked: end?.asked ?? '',
      unasked: end?.unasked ?? [],
    };
  });
}

function outputSoFar(
  timeline: Timeline,
  is: (event: { block: string; node: string; atMs: number }) => boolean,
): string {
  return ofKind(timeline, 'block-output')
    .filter(is)
    .map(({ text }) => text)
    .join('');
}

/** Of a step that was begun. */
export function windowOf(timeline: Timeline, step: string): Window | null {
  const told = ofKind(timeline, 'runbook-step').filter((event) => event.step === step);
  const [begin, settled] = (['begin', 'settled'] as const).map((stage) =>
    told.find((event) => event.stage === stage),
  );
  if (begin === undefined) return null;
  return { fromMs: begin.atMs, untilMs: settled?.atMs ?? timeline.at(-1)?.atMs ?? begin.atMs };
}

type StageName = Extract<RunbookEvent, { kind: 'runbook-stage' }>['stage'];

export function stageOf(timeline: Timeline, stage: StageName): { atMs: number; detail: string } | null {
  return ofKind(timeline, 'runbook-stage').find((event) => event.stage === stage) ?? null;
}

/** When the procedure was over: what it left behind is judged by this moment. */
export function overMs(timeline: Timeline): number | null {
  return (stageOf(timeline, 'rest-over') ?? stageOf(timeline, 'procedure-over'))?.atMs ?? null;
}
