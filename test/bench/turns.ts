/** Repetitions of several sides in turns, so that whatever else the machine does hits all of them alike. */
import { messageOf, SetupError } from '../../harness/errors.ts';
import { quietMachine } from './machine.ts';
import type { BenchOptions } from './options.ts';
import { type Repetition, repeatOnce } from './repetition.ts';
import type { Side } from './side.ts';
import { inPlace, type Workshop } from './workshop.ts';

export interface Problem {
  side: string;
  repetition: number;
  text: string;
}

/** What all repetitions brought, those that broke down included. */
export interface Measured {
  options: BenchOptions;
  sides: Side[];
  repetitions: (Repetition & { side: string })[];
  problems: Problem[];
}

/** @throws SetupError when a side could not be measured even once. */
export async function measureInTurns(
  options: BenchOptions,
  sides: Side[],
  workshop: Workshop,
): Promise<Measured> {
  for (const side of sides) await side.prepare(workshop.engine, workshop.tell);
  const measured: Measured = { options, sides, repetitions: [], problems: [] };
  for (let number = 1; number <= options.repeat; number++) {
    for (const side of sides) {
      if (!workshop.signal.aborted) await repetitionOf(side, number, measured, workshop);
    }
  }
  if (!workshop.signal.aborted) mustHaveAll(measured);
  return measured;
}

function mustHaveAll({ sides, repetitions, problems }: Measured): void {
  const missing = sides.find(({ name }) => !repetitions.some(({ side }) => side === name));
  if (missing === undefined) return;
  const why = problems.find(({ side }) => side === missing.name)?.text;
  throw new SetupError(`no repetition of ${missing.name} could be measured: ${why}`);
}

async function repetitionOf(
  side: Side,
  number: number,
  { options, repetitions, problems }: Measured,
  workshop: Workshop,
): Promise<void> {
  const { seed, ratePerSecond, patienceSeconds } = options;
  const what = `${side.name} ${number} of ${options.repeat}`;
  try {
    if (!(await quietMachine(patienceSeconds * 1000, workshop.signal)))
      workshop.tell(`${what}: the machine is busy with other things, for more than ${patienceSeconds} s`);
    workshop.tell(`${what}: building the cluster`);
    const repetition = await inPlace(workshop, `${side.name}-${number}`, (place) =>
      repeatOnce(side, place, { number, seed, ratePerSecond }),
    );
    repetitions.push({ ...repetition, side: side.name });
    const told = repetition.measurements.map(({ event, outageMs, cpu }) => {
      const { stealPercent = 0, busyPercent = 0 } = cpu ?? {};
      return `${event} ${Math.round(outageMs)} ms (CPU ${stealPercent.toFixed(0)} % stolen, ${busyPercent.toFixed(0)} % busy)`;
    });
    workshop.tell(`${what}: ${told.join('; ')}`);
  } catch (error) {
    if (workshop.signal.aborted) return;
    const text = messageOf(error).replace(/\s+/g, ' ').trim();
    problems.push({ side: side.name, repetition: number, text });
    workshop.tell(`${what}: not measured: ${text}`);
  }
}
