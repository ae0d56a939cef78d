import { addressesSeen, endMs, longestGapMs, overlaps } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** The invariant behind guide 6.5: a logical address is reachable on one node only. */
export const singleAddress: Checker = {
  name: 'single-address',
  question: 'Is no logical address ever usable on two nodes?',
  scope: 'invariant',
  check(timeline, { services }) {
    const logical = services.map(({ address }) => address);
    const seen = addressesSeen(timeline).filter(({ what }) => logical.includes(what));
    const unseen = logical.filter((address) => !seen.some(({ what }) => what === address));
    const twice = overlaps(timeline, seen, (one, other) => one.what === other.what);
    if (twice.length > 0)
      return refuted(
        ...twice.map(
          ({ first, second, fromMs, untilMs }) =>
            `${first.what} was usable on ${first.node} and ${second.node} for ${ms(untilMs - fromMs)}, from ${ms(fromMs)}.`,
        ),
      );
    if (seen.length === 0) return inconclusive('No logical address was ever seen on a node.');
    if (unseen.length > 0) return inconclusive(`Never seen on any node: ${unseen.join(', ')}.`);
    return upheld(
      ...seen.map(
        ({ what, node, fromMs, untilMs }) => `${what} on ${node} from ${ms(fromMs)} to ${ms(untilMs)}.`,
      ),
      `The witness tells two nodes apart that overlap by more than ${ms(longestGapMs(timeline, 0, endMs(timeline)))}.`,
    );
  },
};
