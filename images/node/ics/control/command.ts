/** What the commands in sbin do the same way: their words, their errors, their status. */
import { ONLY_LOAD } from '../only-load.ts';
import { UsageError } from './plan.ts';

/** Of a command that was used wrongly; any other failure is 1. */
const WRONG_USE = 2;

/** Runs a command that is called with the base and then the operator's words. Ends the process. */
export async function runCommand(
  command: string,
  perform: (base: string, words: string[]) => Promise<void>,
  usage: string,
): Promise<void> {
  const [base = '', ...words] = process.argv.slice(2);
  if (base === ONLY_LOAD) return;
  try {
    await perform(base, words);
    process.exit(0);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    process.stderr.write(`${command}: ${error instanceof Error ? error.message : String(error)}\n`);
    if (isUsage) process.stderr.write(`${usage}\n`);
    process.exit(isUsage ? WRONG_USE : 1);
  }
}
