/** What a length was measured on. Lengths of different machines, profiles or numbers of jobs are never compared. Pure. */
import { z } from 'zod';
import type { Report } from '../../reports/model.ts';

export const machine = z.object({
  cpu: z.string().describe('The processor’s name'),
  cores: z.number().int(),
  memoryMiB: z.number().int(),
  kernel: z.string(),
  engine: z.string().describe('Version of the Docker engine'),
  jobs: z.number().int().nullable().describe('Drills at the same time; null where the run did not say'),
});
export type Machine = z.infer<typeof machine>;

/** Part by which memory may differ on one and the same machine: its kernel keeps a little more or less to itself. */
const MEMORY_TOLERANCE = 0.03;

export function machineOf(
  { cpu, cores, memoryMiB, kernel }: Report['run']['machine'],
  engine: string,
  jobs: number | null | undefined,
): Machine {
  return { cpu, cores, memoryMiB, kernel, engine, jobs: jobs ?? null };
}

/** How the second differs from the first, each as "kernel 6.1, then 6.8"; empty when they are alike. */
export function differences(first: Machine, second: Machine): string[] {
  const said: [name: string, of: (one: Machine) => string][] = [
    ['CPU', ({ cpu }) => cpu],
    ['cores', ({ cores }) => String(cores)],
    ['kernel', ({ kernel }) => kernel],
    ['engine', ({ engine }) => engine],
    ['--jobs', ({ jobs }) => (jobs === null ? 'not told' : String(jobs))],
  ];
  const found = said
    .filter(([, of]) => of(first) !== of(second))
    .map(([name, of]) => `${name} ${of(first)}, then ${of(second)}`);
  const [less, more] = [first.memoryMiB, second.memoryMiB].toSorted((a, b) => a - b) as [number, number];
  if (more - less > MEMORY_TOLERANCE * more)
    found.push(`memory ${first.memoryMiB} MiB, then ${second.memoryMiB} MiB`);
  return found;
}

export function isAlike(first: Machine, second: Machine): boolean {
  return differences(first, second).length === 0;
}

/** As "4 cores of AMD EPYC 7763, 15991 MiB, kernel 6.8.0, engine 28.0.4, 2 jobs". */
export function inWords({ cpu, cores, memoryMiB, kernel, engine, jobs }: Machine): string {
  const side = jobs === null ? '' : `, ${jobs} ${jobs === 1 ? 'job' : 'jobs'}`;
  return `${cores} ${cores === 1 ? 'core' : 'cores'} of ${cpu}, ${memoryMiB} MiB, kernel ${kernel}, engine ${engine}${side}`;
}
