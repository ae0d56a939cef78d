/** The checker of guide 6.1.4's "easy to expand". */
import type { TimelineEvent } from '../../harness/timeline.ts';
import { answered, commanded, gone, here, typed } from '../helpers/commanded.ts';
import type { Recorded } from '../helpers/timelines.ts';
import { service, told } from '../helpers/told.ts';
import { checks } from '../helpers/verdicts.ts';

const booted = told('witness', 2000, { kind: 'node-seen', node: 'Node3', pid: 7 });
const serves = { node: 'Node1' };
const joining = (exit: number, ...more: (TimelineEvent | TimelineEvent[])[]): Recorded => {
  const { timeline, facts } = commanded(
    booted,
    typed('Node3', 'scswitch -Z -g CAL-CS3-RG', 3000, exit),
    ...more,
    gone('Node3', 19_000),
  );
  return {
    timeline,
    facts: { ...facts, servicesLater: [{ ...service, name: 'CAL-CS3-RG', primary: 'Node3' }] },
  };
};

checks('easy-expansion', {
  upheld: joining(0, here('Node3', 3100), answered(1000, 6000, serves)),
  refuted: {
    'users of another service are cut off': joining(
      0,
      here('Node3', 3100),
      answered(1000, 2500, serves),
      answered(2500, 3000, null),
      answered(3000, 6000, serves),
    ),
    'a command fails': joining(1, here('Node3', 3100), answered(1000, 6000, serves)),
    'the new node serves nothing': joining(0, answered(1000, 6000, serves)),
  },
  inconclusive: { 'the others had no load': joining(0, here('Node3', 3100)) },
});
