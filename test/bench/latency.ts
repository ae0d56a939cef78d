/** `bench switchover` and `bench growth`: our cluster alone, in several varieties, by phase. */

import { medianOf } from '../../harness/statistics.ts';
import { milliseconds } from '../../reports/format.ts';
import type { BenchOptions } from './options.ts';
import { ours, type Variety } from './ours/cluster.ts';
import { EVENTS, type EventName } from './repetition.ts';
import type { Findings, Table } from './report.ts';
import type { Side } from './side.ts';
import { type Measured, measureInTurns } from './turns.ts';
import type { Workshop } from './workshop.ts';

/** A power loss is noticed after the timeout alone, so the slow profile needs no more repetitions than the fast one. */
const SWITCHOVER: Variety[] = [
  { profile: 'fast', nodes: 2, groups: 1 },
  { profile: 'guide', nodes: 2, groups: 1 },
];

export async function benchSwitchover(options: BenchOptions, workshop: Workshop): Promise<Findings> {
  return findings(await measureInTurns(options, SWITCHOVER.map(ours), workshop));
}

export async function benchGrowth(options: BenchOptions, workshop: Workshop): Promise<Findings> {
  const sides = new Map(
    options.sizes.map((size) => ours({ profile: 'fast', ...size })).map((side) => [side.name, side]),
  );
  return findings(await measureInTurns(options, [...sides.values()], workshop));
}

function findings({ options, sides, repetitions, problems }: Measured): Findings {
  const lost = repetitions.reduce((sum, { durability }) => sum + durability.disk.lost, 0);
  return {
    sentences: [
      `Up to ${options.repeat} repetitions each, ${options.ratePerSecond} requests/s on one group; medians in ms. Acknowledged requests lost: ${lost}.`,
      ...sides.map(({ title, settings }) => `${title}: ${settings}.`),
      ...problems.map(({ side, repetition, text }) => `Not measured: ${side} ${repetition}: ${text}`),
    ].map((sentence) => `- ${sentence}`),
    tables: EVENTS.map((event) => tableOf(event, sides, repetitions)),
    data: { settings: sides.map(({ name, settings }) => ({ name, settings })), repetitions, problems },
  };
}

/** One row a side, its phases beside its outage. */
function tableOf(event: EventName, sides: Side[], repetitions: Measured['repetitions']): Table {
  const measurements = repetitions.flatMap((one) => one.measurements).filter((one) => one.event === event);
  const names = [...new Set(measurements.flatMap(({ phases }) => phases.map(({ name }) => name)))];
  const rows = sides.map(({ name, title }) => {
    const own = measurements.filter(({ side }) => side === name);
    const outages = own.map(({ outageMs }) => outageMs);
    const steal = own.flatMap(({ cpu }) => (cpu === null ? [] : [cpu.stealPercent]));
    const cell = (values: number[]) => (values.length === 0 ? '–' : milliseconds(medianOf(values)));
    const phase = (wanted: string) =>
      own.flatMap(({ phases }) => phases.filter((one) => one.name === wanted).map(({ ms }) => ms));
    const spread =
      outages.length === 0
        ? '–'
        : `${milliseconds(Math.min(...outages))} to ${milliseconds(Math.max(...outages))}`;
    const stolen = steal.length === 0 ? '–' : medianOf(steal).toFixed(0);
    return [
      title,
      String(own.length),
      cell(outages),
      spread,
      ...names.map((one) => cell(phase(one))),
      stolen,
    ];
  });
  const columns = ['cluster', 'n', 'outage', 'from to', ...names, 'CPU stolen, %'];
  return { title: `${event}: outage, and its phases by what ends them`, columns, rows };
}
