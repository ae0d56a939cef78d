import { firstOccasionMs } from '../occasions.ts';
import { loadEndMs, operationsOf } from '../outage.ts';
import { several, thousands } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Of its fair share a node must have served at least so much: a slower disk may cost it the rest, an idle node serves nothing. */
const LEAST_SHARE = 0.2;

/** Guide 6.1.2 and 6.1.3: the active nodes serve at the same time, each a part of the load. */
export const loadDistributed: Checker = {
  name: 'load-distributed',
  question: 'While all is well, does every active node serve its share?',
  scope: 'promise',
  check(timeline, { services }) {
    const untilMs = firstOccasionMs(timeline) ?? loadEndMs(timeline) ?? 0;
    const replies = services
      .flatMap((service) => operationsOf(timeline, service, 'write', 'read'))
      .filter(({ outcome, atMs }) => outcome === 'ok' && atMs < untilMs);
    if (replies.length === 0) return inconclusive('No operation succeeded while all was well.');
    const active = [...new Set(services.map(({ primary }) => primary))];
    const served = (name: string) => replies.filter(({ node }) => node === name).length;
    const fair = replies.length / active.length;
    const short = active.filter((node) => served(node) < LEAST_SHARE * fair);
    const lines = [...new Set([...active, ...replies.map(({ node }) => node)])].map(
      (node) => `${node} served ${several(served(node), 'operation')} of ${thousands(replies.length)}.`,
    );
    if (short.length === 0) return upheld(...lines);
    const least = `at least ${thousands(LEAST_SHARE * fair)} each`;
    return refuted(`${short.join(', ')} served less than their share, ${least}.`, ...lines);
  },
};
