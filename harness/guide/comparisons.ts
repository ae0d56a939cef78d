/** Claims that compare models: judged over all drills of a run, after each of them has been judged by itself. Pure. */
import type { Availability, ClaimResult, DrillResult, Verdict } from '../../reports/model.ts';
import { medianOf } from '../statistics.ts';
import { topologies } from '../topology.ts';
import { ms, several } from '../wording.ts';
import { judgeAvailability } from './availability.ts';
import { claimOf, expectedOf } from './claims.ts';
import { formsOf, setUpEffort } from './set-up-effort.ts';
import { mergeVerdicts } from './verdicts.ts';

interface Found {
  verdict: Verdict;
  evidence: string[];
}

type Comparison = (drills: readonly DrillResult[]) => Found;

const notExercised = (why: string): Found => ({ verdict: 'not exercised', evidence: [why] });
const found = (isUpheld: boolean, ...evidence: string[]): Found => ({
  verdict: isUpheld ? 'upheld' : 'refuted',
  evidence,
});

const comparisons: Record<string, Comparison> = {
  '6.1.3/same-procedure': sameProcedure,
  '6.1.4/asymmetric-simple': asymmetricSimple,
  '6.1.4/backup-reserved': backupReserved,
  '6.1.4/symmetric-better-use': symmetricBetterUse,
  '6.1.4/symmetric-higher-availability': symmetricHigherAvailability,
};

/** The ids of the claims that are judged over a whole run. */
export const overRun: readonly string[] = [
  ...Object.keys(comparisons),
  '6.1.5/single-server',
  '6.1.5/asymmetric',
  '6.1.5/symmetric',
  '6.1.5/n-plus-1',
];

/** Every claim over the run. What a run has no sides to compare for is not exercised, and nobody expected it to be. */
export function judgeRun(drills: readonly DrillResult[], availability: Availability | null): ClaimResult[] {
  // A broken variant's figures say nothing of the model, nor do those of a drill that is not valid.
  const counting = drills.filter(({ sabotage, validity }) => sabotage === null && validity.valid);
  const compared = Object.entries(comparisons).map(([id, compare]) => ({ id, ...compare(counting) }));
  const judged = [...compared, ...(availability === null ? [] : judgeAvailability(availability))];
  return judged.map(({ id, verdict, evidence }) => ({
    id,
    statement: claimOf(id)?.statement ?? '',
    verdict,
    expected: verdict === 'not exercised' ? verdict : expectedOf(id),
    evidence,
  }));
}

function asymmetricSimple(): Found {
  const efforts = setUpEffort();
  const own = efforts.find(({ model }) => model === 'asymmetric');
  const others = efforts.filter(({ model }) => /^\d+\+1$/.test(model));
  if (own === undefined || others.length === 0) return notExercised('There are no two models to compare.');
  const isSimpler = others.every(
    ({ commands, resources }) => own.commands < commands && own.resources < resources,
  );
  return found(
    isSimpler,
    ...efforts.map(
      ({ model, commands, resources, groups }) =>
        `${model}: ${several(commands, 'command')} for ${several(groups, 'group')} with ${several(resources, 'resource')}.`,
    ),
  );
}

/** A cluster that served in this run was set up by typing for each service what is typed for an asymmetric one. */
function sameProcedure(drills: readonly DrillResult[]): Found {
  const of = (model: string) => topologies.find((one) => one.model === model);
  const [asymmetric] = [of('asymmetric')].flatMap((one) => (one === undefined ? [] : formsOf(one)));
  const served = [...new Set(drills.map(({ model }) => model))].flatMap((model) =>
    /^\d+\+1$/.test(model) ? (of(model) ?? []) : [],
  );
  if (asymmetric === undefined || served.length === 0)
    return notExercised('No cluster of the N+1 model served in this run.');
  const differing = served.flatMap((topology) =>
    formsOf(topology).flatMap((forms, index) =>
      forms.join('\n') === asymmetric.join('\n')
        ? []
        : [`${topology.model}, service ${index + 1}: ${forms.join('; ')}`],
    ),
  );
  const backups = served.map(({ services }) => new Set(services.map(({ backup }) => backup)).size);
  return found(
    differing.length === 0 && backups.every((count) => count === 1),
    ...served.map(
      ({ model, services }) =>
        `${model} served, set up by ${several(services.length, 'time')} ${asymmetric.join('; ')}.`,
    ),
    ...differing,
  );
}

/** Over the whole of a run: in no drill did the backup do anything but wait. */
function backupReserved(drills: readonly DrillResult[]): Found {
  const own = drills.filter(({ model }) => model === 'asymmetric');
  const checks = own.flatMap((drill) =>
    drill.checks.filter(({ name }) => name === 'backup-idle').map((check) => ({ drill, ...check })),
  );
  if (checks.length === 0)
    return notExercised('No drill of this run looked at the backup of an asymmetric cluster.');
  const seen = `${several(checks.length, 'drill')} on asymmetric looked: ${[...new Set(checks.map(({ drill }) => drill.name))].join(', ')}.`;
  return {
    verdict: mergeVerdicts(checks.map(({ verdict }) => verdict)),
    evidence: [
      seen,
      ...checks
        .filter(({ verdict }) => verdict !== 'upheld')
        .flatMap(({ drill, evidence }) => evidence.map((line) => `${drill.id}: ${line}`)),
    ],
  };
}

/** Nodes are sized by what one service needs, which differs by less than this from one measurement to the next. */
const ALIKE = 1.5;

/** What a cluster served while nothing was wrong, from its first measured window. */
interface Use {
  drill: DrillResult;
  /** Of each node. */
  cores: number;
  /** Operations per second of CPU that its nodes have, and that they used. */
  perOffered: number;
  perUsed: number | null;
}

function useOf(drill: DrillResult): Use[] {
  const [first] = drill.measurements;
  const { cpuPerNode } = drill;
  if (first === undefined || cpuPerNode === null) return [];
  if (drill.faults.some(({ appliedMs }) => appliedMs < first.untilMs)) return [];
  const seconds = (first.untilMs - first.fromMs) / 1000;
  const served = first.services.reduce((sum, one) => sum + one.served, 0);
  const used = first.nodes.map(({ cpuMs }) => cpuMs);
  const usedSeconds = used.reduce<number>((sum, one) => sum + (one ?? 0), 0) / 1000;
  return [
    {
      drill,
      cores: cpuPerNode,
      perOffered: served / (seconds * cpuPerNode * first.nodes.length),
      perUsed: used.includes(null) || usedSeconds === 0 ? null : served / usedSeconds,
    },
  ];
}

/** By what the machines have, since a node that waits is paid for as well; by what was used stands beside it. */
function symmetricBetterUse(drills: readonly DrillResult[]): Found {
  const uses = drills.flatMap(useOf);
  const [symmetric, asymmetric] = ['symmetric', 'asymmetric'].map((model) =>
    uses.filter(({ drill }) => drill.model === model),
  ) as [Use[], Use[]];
  // The same clients on nodes of about the same size, or nothing is compared.
  const alike = (one: Use, other: Use) =>
    one.drill.ratePerSecond === other.drill.ratePerSecond &&
    Math.max(one.cores, other.cores) <= ALIKE * Math.min(one.cores, other.cores);
  const standard = symmetric.find((use) => asymmetric.some((other) => alike(use, other)));
  if (standard === undefined)
    return notExercised(
      'This run has no drills on both models that measured the same load on nodes of about the same size.',
    );
  const sides = [symmetric, asymmetric].map((side) => side.filter((use) => alike(use, standard))) as [
    Use[],
    Use[],
  ];
  const [two, one] = sides.map((side) => medianOf(side.map(({ perOffered }) => perOffered))) as [
    number,
    number,
  ];
  const used = sides.map((side) => medianOf(side.flatMap(({ perUsed }) => perUsed ?? [])));
  const n = sides.map(({ length }) => length);
  return found(
    two > one,
    `Operations per second of CPU that the nodes have: ${two.toFixed(0)} on symmetric, ${one.toFixed(0)} on asymmetric (medians of ${n.join(' and ')} measurements).`,
    `Per second of CPU that they used: ${used.map((value) => value.toFixed(0)).join(' and ')}.`,
  );
}

/** How long the mean service was cut off, in ms, and whether at least one was not back in the end. */
function cutOff({ outages, operations }: DrillResult): { meanMs: number; censored: boolean } {
  const writes = outages.filter(({ kind }) => kind === 'write');
  const sum = writes.reduce((total, { fromMs, untilMs }) => total + untilMs - fromMs, 0);
  return { meanMs: sum / Math.max(1, operations.length), censored: writes.some(({ censored }) => censored) };
}

const hasArrayLoss = ({ faults }: DrillResult) => faults.some(({ name }) => name.startsWith('array-loss'));

/** Over the drills that both models were put through with the same faults; the loss of an array must be among them. */
function symmetricHigherAvailability(drills: readonly DrillResult[]): Found {
  const faultsOf = ({ faults }: DrillResult) => faults.map(({ name }) => name).join(' ');
  const on = (model: string) => drills.filter((drill) => drill.model === model && drill.faults.length > 0);
  const pairs = [...new Set(on('asymmetric').map(({ name }) => name))].flatMap((name) => {
    const [one, two] = ['asymmetric', 'symmetric'].map((model) =>
      on(model).filter((drill) => drill.name === name),
    );
    const isSame = one?.[0] && two?.[0] && faultsOf(one[0]) === faultsOf(two[0]);
    return isSame ? [{ name, one: one ?? [], two: two ?? [] }] : [];
  });
  const withLoss = pairs.some(({ one }) => one.some(hasArrayLoss));
  if (!withLoss)
    return notExercised('This run has no loss of an array, with the same faults, on both models.');
  const sums = pairs.map(({ name, one, two }) => {
    const [a, b] = [one, two].map((side) => medianOf(side.map((drill) => cutOff(drill).meanMs))) as [
      number,
      number,
    ];
    const isCensored = one.some((drill) => cutOff(drill).censored);
    return { name, a, b, isCensored };
  });
  const total = (of: (sum: (typeof sums)[number]) => number) => sums.reduce((all, sum) => all + of(sum), 0);
  const [asymmetric, symmetric] = [total(({ a }) => a), total(({ b }) => b)];
  return found(
    symmetric < asymmetric,
    `The mean service was cut off for ${ms(symmetric)} on symmetric and ${ms(asymmetric)} on asymmetric, by the same faults.`,
    ...sums.map(
      ({ name, a, b, isCensored }) =>
        `${name}: ${ms(b)} on symmetric, ${isCensored ? 'at least ' : ''}${ms(a)} on asymmetric.`,
    ),
  );
}
