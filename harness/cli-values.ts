/** Values on the command line, and what its parts have in common. */
import { InvalidArgumentError } from 'commander';

/** What turns a command's work into its action. */
export type Does = <A extends unknown[]>(
  work: (...args: A) => number | Promise<number>,
) => (...args: A) => Promise<void>;

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It must be a positive integer.');
  return value;
}

const LARGEST_SEED = 2 ** 31 - 1;

export function seedNumber(text: string): number {
  const value = positiveInteger(text);
  if (value > LARGEST_SEED) throw new InvalidArgumentError(`It must be at most ${LARGEST_SEED}.`);
  return value;
}
