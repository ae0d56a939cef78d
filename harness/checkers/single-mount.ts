import type { MountSeen } from '../../images/common/protocol.ts';
import { isBackedBy } from '../ports.ts';
import { asUsable } from '../served.ts';
import type { ServiceFacts } from '../timeline.ts';
import { endMs, longestGapMs, mountsSeen, overlaps, type Seen } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Guide 6.2.1: a failover file system is available on one node at any time. */
export const singleMount: Checker = {
  name: 'single-mount',
  question: 'Is no volume ever mounted through two ports that are not cut?',
  scope: 'invariant',
  check(timeline, { services }) {
    const mounts = mountsSeen(timeline).filter(({ what }) => what.backing !== '');
    const unseen = services.filter(
      ({ volume }) => !mounts.some(({ what }) => isBackedBy(what.backing, volume)),
    );
    const twice = overlaps(
      timeline,
      mounts.filter(({ what }) => !what.cut).map((mount) => asUsable(timeline, mount, services)),
      (one, other) =>
        volumeOf(one, services) === volumeOf(other, services) && one.what.device !== other.what.device,
    );
    if (twice.length > 0)
      return refuted(
        ...twice.map(
          ({ first, second, fromMs, untilMs }) =>
            `${first.what.backing} was mounted through two ports for ${ms(untilMs - fromMs)}, from ${ms(fromMs)}: ${port(first)} and ${port(second)}.`,
        ),
      );
    if (mounts.length === 0) return inconclusive('No LUN was ever seen mounted.');
    if (unseen.length > 0)
      return inconclusive(`Never seen mounted: ${unseen.map(({ volume }) => volume).join(', ')}.`);
    return upheld(
      ...mounts.map((mount) => `${port(mount)}, from ${ms(mount.fromMs)} to ${ms(mount.untilMs)}.`),
      `The witness tells two mounts apart that overlap by more than ${ms(longestGapMs(timeline, 0, endMs(timeline)))}.`,
    );
  },
};

/** Each node assembles a mirror for itself, under one name; anything else is one file of the array's. */
function volumeOf({ what }: Seen<MountSeen>, services: readonly ServiceFacts[]): string {
  return services.find(({ volume }) => isBackedBy(what.backing, volume))?.volume ?? what.backing;
}

function port({ node, what }: Seen<MountSeen>): string {
  return `${what.point} on ${node} (${what.device}${what.cut ? ', cut' : ''})`;
}
