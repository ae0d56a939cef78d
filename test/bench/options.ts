/** The command line of the benchmarks: words in, options out, and a usage error for whatever cannot be meant. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { mustBeOneOf } from '../../harness/catalog.ts';
import { UsageError } from '../../harness/errors.ts';
import { freshSeed } from '../../harness/random.ts';

export const BENCHES = ['pacemaker', 'schedules', 'daemon', 'switchover', 'growth', 'store'] as const;
export type BenchName = (typeof BENCHES)[number];

export const SIDES = ['ours', 'pacemaker', 'pacemaker-unfenced'] as const;
export type SideName = (typeof SIDES)[number];

export interface BenchOptions {
  bench: BenchName;
  repeat: number;
  ratePerSecond: number;
  /** What is compared; the first with each of the others. */
  sides: SideName[];
  /** How long the benches that count something go on. */
  seconds: number;
  /** How long to wait before a repetition for others to leave the machine alone. */
  patienceSeconds: number;
  seed: number;
  out: string | undefined;
}

const MOST_REPETITIONS = 100;
const HIGHEST_RATE = 1000;

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
    .option('--seconds <n>', 'how long to count, for schedules, daemon and store', upTo(3600), 20)
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
  seconds: number;
  patience: number;
  seed?: number;
  out?: string;
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
