/** What the field's terms mean, for a reader who sees a report for the first time. */
import type { Verdict } from '../model.ts';

/** The phases of a switchover, in the order in which they usually come; then what else keeps users cut off. */
export const PHASE_MEANINGS: Record<string, string> = {
  detection: 'until the cluster did something about the fault: suspected a node, or took the service off it',
  membership: 'until the survivors agreed on who is left',
  fencing: 'until the failed node was cut off from the disks',
  'service stop': 'until the service had ended where it was',
  'address off': 'until its address was off',
  unmount: 'until its file system was unmounted',
  mount: 'until the file system was mounted on the new node',
  grace: 'until nodes that had left must have stopped answering',
  address: 'until the service address had moved',
  'service start': 'until the service was running again',
  'first success': 'until clients succeeded again, and went on succeeding',
  'nodes down': 'no node that can have the service was on',
  'cluster forms': 'such a node was on, and had not joined a cluster yet',
  'no quorum': 'such a node was on, and without a majority',
  'storage lost': 'no array that holds the store was there',
  'failed start': 'a node tried to start the service, and nobody was served from there',
  'switched off': 'an operator had stopped the service',
  'process restart': 'a process had died and was started again where it was',
  'network cut': 'no client could reach the service',
  'disk full': 'the service could not write',
  'slow disk': 'the service waited for its disk',
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
