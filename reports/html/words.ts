/** What the field's terms mean, for a reader who sees a report for the first time. */
import type { Verdict } from '../model.ts';

/** The phases of a switchover, in the order in which they usually come. */
export const PHASE_MEANINGS: Record<string, string> = {
  detection: 'until a surviving node suspected the failed one',
  membership: 'until the survivors agreed on who is left',
  fencing: 'until the failed node was cut off from the disks',
  mount: 'until the file system was mounted on the new node',
  address: 'until the service address had moved',
  'service start': 'until the service was running again',
  'first success': 'until clients succeeded again, and went on succeeding',
  unexplained: 'no event accounts for this time',
};

export function isUnexplained(name: string): boolean {
  return name === 'unexplained';
}

export const VERDICT_MEANINGS: [Verdict, string][] = [
  ['upheld', 'it was tested, and it held'],
  ['refuted', 'it was tested, and it did not hold'],
  ['inconclusive', 'the evidence does not allow a verdict'],
  ['not exercised', 'this run did not test it'],
];
