/** The one module that draws chance. A run's seed decides all of it. */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** An integer from `from` to `to`, both included. */
  integer(from: number, to: number): number;
}

/** A seed for a run that was given none: an integer from 1 to 2^31-1. */
export function freshSeed(): number {
  return randomInt(1, 2 ** 31 - 1);
}

/** Letters and digits for names that must not collide between runs; not derived from the seed. */
export function uniqueName(bytes = 4): string {
  return randomBytes(bytes).toString('hex');
}

/** Chance that depends on `seed` and on `purpose` alone, so that adding a draw elsewhere changes nothing here. */
export function randomFrom(seed: number, purpose: string): Random {
  // Hashed, since seeds that are near each other must not give draws that are.
  const digest = createHash('sha256').update(`${seed} ${purpose}`).digest();
  const generator = xoroshiro128plus(digest.readInt32LE());
  return { integer: (from, to) => uniformInt(generator, from, to) };
}

/** Fractions from 0 to below 1 that depend on `seed` and `purpose` alone: many, quickly, for simulations. */
export function fractionsFrom(seed: number, purpose: string): () => number {
  const digest = createHash('sha256').update(`${seed} ${purpose}`).digest();
  const generator = xoroshiro128plus(digest.readInt32LE());
  return () => (generator.next() >>> 0) / 2 ** 32;
}

/** An integer for what must not collide between runs, such as a subnet; not derived from the seed. */
export function anyInteger(from: number, to: number): number {
  return randomInt(from, to + 1);
}
