import type { Checker } from './checker.ts';
import { restartedBy } from './restarted.ts';

/** Guide 6.8, to the letter: scrgadm has no such form. */
export const restartAsWritten: Checker = {
  name: 'restart-as-written',
  question: 'Does "scrgadm -R -j", as the guide has it, restart the service?',
  scope: 'promise',
  check: (timeline, facts) => restartedBy(timeline, facts, /^scrgadm -R -j \S+$/),
};
