/** The command line of the benchmarks: words in, options out, and a usage error for whatever cannot be meant. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { mustBeOneOf } from '../../harness/catalog.ts';
import { UsageError } from '../../harness/errors.ts';
import { freshSeed } from '../../harness/random.ts';
import type { Size } from './ours/topology.ts';

export const BENCHES = [
  'pacemaker',
  'schedules',
  'daemon',
  'switchover',
  'growth',
  'store',
  'calendar',
  'gate',
] as const;
export type BenchName = (typeof BENCHES)[number];

export const SIDES = ['ours', 'pacemaker', 'pacemaker-unfenced'] as const;
export type SideName = (typeof SIDES)[number];

export interface BenchOptions {
  bench: BenchName;
  repeat: number;
  ratePerSecond: number;
  /** What is compared; the first with each of the others. */
  sides: SideName[];
  /** Of the clusters that growth measures. */
  sizes: Size[];
  /** How long the benches that count something go on. */
  seconds: number;
  /** How long to wait before a repetition for others to leave the machine alone. */
  patienceSeconds: number;
  seed: number;
  out: string | undefined;
}

const MOST_REPETITIONS = 100;
const HIGHEST_RATE = 1000;
const [MOST_NODES, MOST_GROUPS] = [32, 32];

function upTo(most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most)
      throw new InvalidArgumentError(`It must be an integer from 1 to ${most}.`);
    return value;
  };
}

/** Null when only help was asked for, which has then been printed. @throws UsageError */
export function benchOptions(words: readonly string[], write = (text: string) => process.stdout.write(text)) {
  let options: BenchOptions | null = null;
  const complaints: string[] = [];
  const program = new Command('bench')
    .description('Benchmarks. Writes JSON and Markdown to reports/runs/bench-<id>/.')
    .argument('<bench>', BENCHES.join(', '))
    .option('--repeat <n>', 'repetitions of each side', upTo(MOST_REPETITIONS), 10)
    .option('--rate <n>', 'requests per second of the client', upTo(HIGHEST_RATE), 100)
    .option('--sides <names>', `for pacemaker and daemon, of ${SIDES.join(', ')}`, 'ours,pacemaker')
    .option('--sizes <list>', 'for growth: NODESxGROUPS,N+1,…', sizesIn, DEFAULT_SIZES)
    .option('--seconds <n>', 'how long to count, for schedules, daemon, store and calendar', upTo(3600), 20)
    .option('--patience <seconds>', 'wait so long for a quiet machine before each repetition', upTo(3600), 60)
    .option('--seed <n>', 'repeats the random choices of a run', upTo(2 ** 31 - 1))
    .option('--out <dir>', 'folder for the report')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: (text) => complaints.push(text) })
    .action((bench: string, flags: Flags) => {
      options = {
        bench: mustBeOneOf('benchmark', bench, BENCHES),
        repeat: flags.repeat,
        ratePerSecond: flags.rate,
        sides: sidesIn(flags.sides),
        sizes: flags.sizes,
        seconds: flags.seconds,
        patienceSeconds: flags.patience,
        seed: flags.seed ?? freshSeed(),
        out: flags.out,
      };
    });
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new UsageError(tidy(complaints[0] ?? error.message));
  }
  return options as BenchOptions | null;
}

interface Flags {
  repeat: number;
  rate: number;
  sides: string;
  sizes: Size[];
  seconds: number;
  patience: number;
  seed?: number;
  out?: string;
}

const STEPS = [2, 4, 8, 16];
/** Nodes with one group, and groups on two nodes, so that each is seen by itself; then both, and N+1 with N = 16. */
const DEFAULT_SIZES: Size[] = [
  ...STEPS.map((nodes) => ({ nodes, groups: 1 })),
  ...STEPS.map((groups) => ({ nodes: 2, groups })),
  ...STEPS.map((size) => ({ nodes: size, groups: size })),
  { nodes: 17, groups: 16, spare: true },
];

function sizesIn(text: string): Size[] {
  return text.split(',').map((one) => {
    const [, first, sign, second] = /^(\d+)(x|\+(?=1$))(\d+)$/.exec(one.trim()) ?? [];
    const size: Size =
      sign === '+'
        ? { nodes: Number(first) + 1, groups: Number(first), spare: true }
        : { nodes: Number(first), groups: Number(second) };
    if (!(size.nodes >= 2 && size.nodes <= MOST_NODES && size.groups >= 1 && size.groups <= MOST_GROUPS))
      throw new InvalidArgumentError(
        `"${one}" is not NODESxGROUPS or N+1 with 2 to ${MOST_NODES} nodes and 1 to ${MOST_GROUPS} groups.`,
      );
    return size;
  });
}

function sidesIn(text: string): SideName[] {
  const sides = text.split(',').map((word) => mustBeOneOf('side', word.trim(), SIDES));
  if (new Set(sides).size < sides.length) throw new UsageError(`--sides ${text}: each side once`);
  return sides;
}

function tidy(text: string): string {
  return text
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .trim();
}
