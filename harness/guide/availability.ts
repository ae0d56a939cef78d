/** Table 6-2 beside what follows from its terms, what a simulation gives, and what this run's measurements make of it. */
import type { Availability, ClaimResult, DrillResult, Verdict } from '../../reports/model.ts';
import { medianOf } from '../statistics.ts';
import { ms, thousands } from '../wording.ts';
import { type FailureModel, failureModels } from './availability-model.ts';
import { simulate } from './availability-simulation.ts';

type Row = Availability['rows'][number];

/** Always the same, so that two reports differ by what was measured alone. */
const SEED = 625;
/** In percentage points, under two hours a year: a figure of the guide that is off by more is not what it says. */
const TOLERANCE = 0.02;

/** @param years of each model; those of several services are simulated for as many years of services. */
export function availabilityOf(drills: readonly DrillResult[], years: number): Availability {
  return {
    years,
    tolerance: TOLERANCE,
    rows: failureModels.map((model) => rowOf(model, drills, years)),
  };
}

function rowOf(model: FailureModel, drills: readonly DrillResult[], years: number): Row {
  const movesMs = movesOn(model.name, drills);
  const simulated = simulate(model, { years: years / model.services.length, seed: SEED, movesMs });
  const { instant, moving, nodesDownPercent, movesPerYear } = simulated;
  const measured = {
    ...moving,
    moves: movesMs.length,
    medianMs: medianOf(movesMs),
    movesPerYear,
    /** Of the mean move: what the guide counts as nothing. */
    movesPercent: moving.percent - instant.percent,
  };
  return {
    model: model.name,
    terms: model.terms,
    guidePercent: model.guidePercent,
    correctedPercent: model.correctedPercent,
    simulated: instant,
    nodesDownPercent,
    measured: movesMs.length === 0 ? null : measured,
  };
}

/** How long clients of a service could not write when its node failed, in valid drills of this run, in ms. */
function movesOn(model: string, drills: readonly DrillResult[]): number[] {
  return drills
    .filter((drill) => drill.model === model && drill.sabotage === null && drill.validity.valid)
    .filter(({ faults }) => faults.length > 0 && faults.every(({ name }) => name === 'power-loss'))
    .flatMap(({ outages }) => outages)
    .filter(({ kind, censored }) => kind === 'write' && !censored)
    .map(({ fromMs, untilMs }) => untilMs - fromMs);
}

const ROW_OF_CLAIM: Record<string, (model: string) => boolean> = {
  '6.1.5/single-server': (model) => model === 'single',
  '6.1.5/asymmetric': (model) => model === 'asymmetric',
  '6.1.5/symmetric': (model) => model === 'symmetric',
  '6.1.5/n-plus-1': (model) => /^\d\+1$/.test(model),
};

type Found = Pick<ClaimResult, 'id' | 'verdict' | 'evidence'>;

/** What the table's figures are worth: upheld when none of the other ways of getting them is off by more than the tolerance. */
export function judgeAvailability({ rows, years }: Availability): Found[] {
  return Object.entries(ROW_OF_CLAIM).map(([id, isMeant]) => {
    const own = rows.filter(({ model }) => isMeant(model));
    const isOff = own.some((row) =>
      othersOf(row).some((one) => Math.abs(one - row.guidePercent) > TOLERANCE),
    );
    const verdict: Verdict = own.length === 0 ? 'not exercised' : isOff ? 'refuted' : 'upheld';
    return { id, verdict, evidence: own.map((row) => inWords(row, years)) };
  });
}

function othersOf({ correctedPercent, simulated, measured }: Row): number[] {
  return [correctedPercent, simulated.percent, ...(measured === null ? [] : [measured.percent])];
}

function inWords(row: Row, years: number): string {
  const { model, guidePercent, correctedPercent, simulated, nodesDownPercent, measured, terms } = row;
  const { percent, lowPercent, highPercent } = simulated;
  const moved =
    measured === null
      ? 'no move was measured in this run'
      : `with the ${thousands(measured.moves)} moves that this run measured, of ${ms(measured.medianMs)} in the median, ${inPercent(measured.percent)}: moves make ${measured.movesPercent.toExponential(1)} % of it`;
  return `${model}: the guide says ${inPercent(guidePercent)}; its terms, ${terms}, give ${inPercent(correctedPercent)}; ${thousands(years)} simulated years give ${inPercent(percent)} (${inPercent(lowPercent)} to ${inPercent(highPercent)}), of which ${inPercent(nodesDownPercent)} without a node to run on; ${moved}.`;
}

function inPercent(value: number): string {
  return `${value.toFixed(3)} %`;
}
