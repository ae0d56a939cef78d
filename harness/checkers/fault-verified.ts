import { faultsOf, verifyFault } from '../faults/verification.ts';
import { ofKind } from '../timeline.ts';
import { several } from '../wording.ts';
import { type Checker, inconclusive, upheld } from './checker.ts';

/** A fault that nobody but its author saw proves nothing about the cluster. */
export const faultVerified: Checker = {
  name: 'fault-verified',
  question: 'Was every fault applied, completed, and seen by others than its author?',
  scope: 'validity',
  check(timeline) {
    const faults = faultsOf(timeline).map((fault) => ({ fault, ...verifyFault(timeline, fault) }));
    const commands = ofKind(timeline, 'command').filter(({ stage }) => stage === 'begin').length;
    if (faults.length === 0 && commands === 0) return inconclusive('The drill did nothing to the cluster.');
    if (faults.length === 0) return upheld(`No fault was meant: ${several(commands, 'command')} typed.`);
    const evidence = faults.map(({ fault, detail }) => `${fault.name} of ${fault.target}: ${detail}.`);
    return faults.every(({ verified }) => verified) ? upheld(...evidence) : inconclusive(...evidence);
  },
};
