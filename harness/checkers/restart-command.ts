import type { Checker } from './checker.ts';
import { restartedBy } from './restarted.ts';

/** What guide 6.8 means by a restart, in the form that the command has. */
export const restartCommand: Checker = {
  name: 'restart-command',
  question: 'Does "scswitch -R -h -g" restart the service where it is?',
  scope: 'promise',
  check: (timeline, facts) => restartedBy(timeline, facts, /^scswitch -R -h \S+ -g \S+$/),
};
