import { faultsOf, verifyFault } from '../faults/verification.ts';
import { occasionsOf } from '../occasions.ts';
import { several } from '../wording.ts';
import { type Checker, inconclusive, upheld } from './checker.ts';

/** A fault that nobody but its author saw proves nothing about the cluster. */
export const faultVerified: Checker = {
  name: 'fault-verified',
  question: 'Was every fault applied, completed, and seen by others than its author?',
  scope: 'validity',
  check(timeline) {
    const faults = faultsOf(timeline).map((fault) => ({ fault, ...verifyFault(timeline, fault) }));
    const commands = occasionsOf(timeline).length;
    // What an operator types needs no witness to have happened: what came of it is what the drill is about.
    if (faults.length === 0 && commands > 0)
      return upheld(`No fault was planned: ${several(commands, 'command')} of an operator.`);
    if (faults.length === 0) return inconclusive('The drill applied no fault.');
    const evidence = faults.map(({ fault, detail }) => `${fault.name} of ${fault.target}: ${detail}.`);
    return faults.every(({ verified }) => verified) ? upheld(...evidence) : inconclusive(...evidence);
  },
};
