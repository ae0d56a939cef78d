/** The figures of `bench pacemaker` from its repetitions. Pure. */
import { randomFrom } from '../../harness/random.ts';
import { type Comparison, compare, FEWEST, medianOf } from '../../harness/statistics.ts';
import { count, length, milliseconds } from '../../reports/format.ts';
import { distribution } from '../../reports/repetitions.ts';
import { idlePercent } from './machine.ts';
import { EVENTS, type EventName, type Measurement } from './repetition.ts';
import type { Findings, Table } from './report.ts';
import type { Side } from './side.ts';
import type { Measured } from './turns.ts';

/** With less of the CPU left, in percent, because of other guests of the host or other programs here, a figure says little. */
const QUIET_IDLE_PERCENT = 25;

/** At most so much of the peer's median. */
export const TARGETS: Record<EventName, number> = { 'power loss': 0.45, 'planned move': 0.5 };

type Compared = Comparison & { event: EventName; side: string; with: string; target: number };

export function findingsOf(measured: Measured): Findings {
  const { options, sides, repetitions, problems } = measured;
  const measurements = repetitions.flatMap((repetition) => repetition.measurements);
  const comparisons = comparisonsOf(measured, measurements);
  const lost = repetitions.reduce(
    (sum, { durability }) => sum + durability.disk.lost + durability.service.lost,
    0,
  );
  const acknowledged = repetitions.reduce((sum, { durability }) => sum + durability.disk.acknowledged, 0);
  return {
    sentences: [
      `The same service (each request's id appended and fsynced before the answer), ${options.ratePerSecond} requests/s, one connection each, 1 s timeout from the planned moment. Outage: last acknowledgement before to the first of 20 in a row after.`,
      ...sides.map(({ title, settings }) => `${title}: ${settings}.`),
      ...comparisons.map((one) => sentenceOf(one, sides)),
      `${lost === 0 ? 'None' : count(lost)} of ${count(acknowledged)} acknowledged requests ${lost === 0 ? 'was' : 'were'} lost, by the service's word and by the bytes on the disk.`,
      ...problems.map(({ side, repetition, text }) => `Not measured: ${side} ${repetition}: ${text}`),
    ].map((sentence) => `- ${sentence}`),
    tables: [
      outageTable(sides, measurements),
      comparisonTable(comparisons),
      ...EVENTS.map((event) => leaderTable(sides, measurements, event)),
      ...EVENTS.flatMap((event) => phaseTables(sides, measurements, event)),
    ],
    data: {
      settings: sides.map(({ name, settings }) => ({ name, settings })),
      comparisons,
      repetitions,
      problems,
    },
  };
}

/** The first side with each of the others. */
function comparisonsOf({ options, sides }: Measured, measurements: Measurement[]): Compared[] {
  const [first, ...others] = sides;
  if (first === undefined) return [];
  return EVENTS.flatMap((event) =>
    others.flatMap((other) => {
      const [a, b] = [first, other].map(({ name }) => outagesOf(measurements, name, event));
      if (!a?.length || !b?.length) return [];
      const random = randomFrom(options.seed, `bootstrap ${event} ${other.name}`);
      const target = TARGETS[event];
      return [{ event, side: first.name, with: other.name, target, ...compare(a, b, target, random) }];
    }),
  );
}

const of = (measurements: Measurement[], side: string, event: EventName) =>
  measurements.filter((one) => one.side === side && one.event === event);

const outagesOf = (measurements: Measurement[], side: string, event: EventName) =>
  of(measurements, side, event).map(({ outageMs }) => outageMs);

const VERDICTS: Record<Comparison['verdict'], string> = {
  met: 'met',
  missed: 'missed',
  'not decided': 'not decided: the interval reaches to both sides of it',
  'too few': `not decided: too few repetitions, it takes ${FEWEST} of each side`,
};

/** Of the targets only those of ours are anybody's: the peer with and without fencing has none. */
const isAimedAt = ({ side }: Compared) => side.startsWith('ours');

function sentenceOf(one: Compared, sides: Side[]): string {
  const { event, side, with: other, ratio, interval, target, verdict } = one;
  const titleOf = (name: string) => sides.find((found) => found.name === name)?.title ?? name;
  const aim = isAimedAt(one) ? `; target ≤ ${target}: ${VERDICTS[verdict]}` : '';
  return `${event}: ${titleOf(side)} takes ${ratio.toFixed(2)} of the median of ${titleOf(other)} (95 % interval ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})${aim}.`;
}

function outageTable(sides: Side[], measurements: Measurement[]): Table {
  const rows = EVENTS.flatMap((event) =>
    sides.map(({ name, title }) => {
      const some = of(measurements, name, event);
      const spread = distribution(
        some.map(({ outageMs, cutOff }) => ({ ms: outageMs, censored: cutOff.censored })),
      );
      const quiet = some.filter(({ cpu }) => cpu !== null && idlePercent(cpu) >= QUIET_IDLE_PERCENT);
      const cpus = some.flatMap(({ cpu }) => (cpu === null ? [] : [cpu]));
      const share = (what: 'stealPercent' | 'busyPercent') => {
        const values = cpus.map((cpu) => cpu[what]);
        return cpus.length === 0 ? '–' : `${medianOf(values).toFixed(0)} / ${Math.max(...values).toFixed(0)}`;
      };
      if (spread === undefined) return [event, title, '0', ...Array(7).fill('–')];
      return [
        event,
        title,
        String(spread.count),
        milliseconds(spread.minMs),
        length(spread.medianMs, spread.medianCensored),
        length(spread.maxMs, spread.maxCensored),
        String(medianOf(some.map(({ cutOff }) => cutOff.failed))),
        share('stealPercent'),
        share('busyPercent'),
        quiet.length === 0
          ? '–'
          : `${milliseconds(medianOf(quiet.map(({ outageMs }) => outageMs)))} (${quiet.length})`,
      ];
    }),
  );
  const columns = [
    'event',
    'side',
    'n',
    'min',
    'median',
    'max',
    'failed requests (median)',
    'CPU stolen, % (median / max)',
    'CPU busy, %',
    `median (n) where ${QUIET_IDLE_PERCENT} % of the CPU was idle`,
  ];
  return { title: 'Outage as the client saw it', columns, rows };
}

function comparisonTable(comparisons: Compared[]): Table {
  const rows = comparisons.map((one) => {
    const { event, side, with: other, ratio, interval, p, pBelowTarget, target, verdict } = one;
    const range = `${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}`;
    const aim = isAimedAt(one) ? [`≤ ${target}`, probability(pBelowTarget), verdict] : ['–', '–', '–'];
    return [event, `${side} / ${other}`, ratio.toFixed(2), range, probability(p), ...aim];
  });
  const columns = [
    'event',
    'sides',
    'ratio of medians',
    '95 % interval',
    'p, no difference',
    'target',
    'p, below target by chance',
    'target is',
  ];
  return { title: 'Ratio (bootstrap interval; exact rank test)', columns, rows };
}

function probability(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function leaderTable(sides: Side[], measurements: Measurement[], event: EventName): Table {
  const rows = sides.map(({ name, title }) => {
    const some = of(measurements, name, event);
    const spread = (wasLeader: boolean) => {
      const values = some.filter((one) => one.wasLeader === wasLeader).map(({ outageMs }) => outageMs);
      return values.length === 0 ? '–' : `${milliseconds(medianOf(values))} (${values.length})`;
    };
    return [title, spread(true), spread(false)];
  });
  return {
    title: `${event}: median by whether the target decided for the cluster`,
    columns: ['side', 'it did', 'it did not'],
    rows,
  };
}

/** One table a side: sides have different phases. */
function phaseTables(sides: Side[], measurements: Measurement[], event: EventName): Table[] {
  return sides.flatMap(({ name, title }) => {
    const some = of(measurements, name, event);
    const names = [...new Set(some.flatMap(({ phases }) => phases.map((phase) => phase.name)))];
    const rows = names.map((phase) => {
      const values = some.flatMap(({ phases }) =>
        phases.filter((one) => one.name === phase).map(({ ms }) => ms),
      );
      return [
        phase,
        String(values.length),
        ...[Math.min(...values), medianOf(values), Math.max(...values)].map((ms) => milliseconds(ms)),
      ];
    });
    if (rows.length === 0) return [];
    return [
      {
        title: `${event}, ${title}: phases`,
        columns: ['phase, by what ends it', 'n', 'min', 'median', 'max'],
        rows,
      },
    ];
  });
}
