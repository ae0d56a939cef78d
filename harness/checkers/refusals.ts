/** Whether a command that should be refused was, for the reason that it should be, and a right one was not. */
import { type Finding, inconclusive, refuted, upheld } from './checker.ts';
import { inWords, type Typed } from './commands.ts';

/** @param why what a refusal must say. */
export function refusedAndAllowed(
  wrongOnes: readonly Typed[],
  rightOnes: readonly Typed[],
  why: RegExp,
): Finding {
  if (wrongOnes.length === 0) return inconclusive('Nobody tried what should be refused.');
  if (rightOnes.length === 0)
    return inconclusive('Nobody tried the same in order, so a refusal proves nothing.');
  const evidence = [...wrongOnes, ...rightOnes].map(inWords);
  const accepted = wrongOnes.filter(({ exit }) => exit === 0);
  const blocked = rightOnes.filter(({ exit }) => exit !== 0);
  // Where what is wrong was taken, what is right may well be refused: the name is in use then.
  if (blocked.length > 0 && accepted.length === 0)
    return inconclusive('What is in order was refused as well.', ...evidence);
  const unclear = wrongOnes.filter(({ exit, output }) => exit !== 0 && !why.test(output));
  const found = [
    ...accepted.map(({ line }) => `Not refused: ${line}.`),
    ...unclear.map(({ line }) => `Refused without saying why: ${line}.`),
  ];
  return found.length > 0 ? refuted(...found, ...evidence) : upheld(...evidence);
}
