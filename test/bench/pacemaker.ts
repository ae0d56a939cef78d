/** `bench pacemaker`: the same service, client, disks and faults under our cluster and under Debian's real one. */
import { messageOf, SetupError } from '../../harness/errors.ts';
import type { BenchOptions, SideName } from './options.ts';
import { ours } from './ours/cluster.ts';
import { findingsOf } from './pacemaker-findings.ts';
import { peer } from './peer/cluster.ts';
import { type Repetition, repeatOnce } from './repetition.ts';
import type { Findings } from './report.ts';
import type { Side } from './side.ts';
import { inPlace, type Workshop } from './workshop.ts';

const sides: Record<SideName, () => Side> = {
  ours,
  pacemaker: () => peer(true),
  'pacemaker-unfenced': () => peer(false),
};

export interface Problem {
  side: string;
  repetition: number;
  text: string;
}

/** What all repetitions brought, those that broke down included. */
export interface Comparing {
  options: BenchOptions;
  sides: Side[];
  repetitions: (Repetition & { side: string })[];
  problems: Problem[];
}

export async function benchPacemaker(options: BenchOptions, workshop: Workshop): Promise<Findings> {
  const compared = options.sides.map((name) => sides[name]());
  for (const side of compared) await side.prepare(workshop.engine, workshop.tell);
  const comparing: Comparing = { options, sides: compared, repetitions: [], problems: [] };
  for (let number = 1; number <= options.repeat && !workshop.signal.aborted; number++) {
    // In turns, so that whatever else the machine does hits all sides alike.
    for (const side of compared) {
      if (!workshop.signal.aborted) await repetitionOf(side, number, comparing, workshop);
    }
  }
  const missing = compared.filter(({ name }) => !comparing.repetitions.some(({ side }) => side === name));
  const [first] = missing;
  if (first && !workshop.signal.aborted) {
    const why = comparing.problems.find(({ side }) => side === first.name)?.text;
    throw new SetupError(`no repetition of ${first.name} could be measured: ${why}`);
  }
  return findingsOf(comparing);
}

async function repetitionOf(
  side: Side,
  number: number,
  { options, repetitions, problems }: Comparing,
  workshop: Workshop,
): Promise<void> {
  const { seed, ratePerSecond } = options;
  const what = `${side.name} ${number} of ${options.repeat}`;
  workshop.tell(`${what}: building the cluster`);
  try {
    const repetition = await inPlace(workshop, `${side.name}-${number}`, (place) =>
      repeatOnce(side, place, { number, seed, ratePerSecond }),
    );
    repetitions.push({ ...repetition, side: side.name });
    const told = repetition.measurements.map(({ event, outageMs, cpu }) => {
      const steal = cpu === null ? '' : `, ${cpu.stealPercent.toFixed(0)} % of CPU stolen`;
      return `${event} ${Math.round(outageMs)} ms${steal}`;
    });
    workshop.tell(`${what}: ${told.join('; ')}`);
  } catch (error) {
    if (workshop.signal.aborted) return;
    const text = messageOf(error).replace(/\s+/g, ' ').trim();
    problems.push({ side: side.name, repetition: number, text });
    workshop.tell(`${what}: not measured: ${text}`);
  }
}
