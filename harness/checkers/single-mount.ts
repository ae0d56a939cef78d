import type { MountSeen } from '../../images/common/protocol.ts';
import { isBackedBy } from '../ports.ts';
import { endMs, longestGapMs, mountsSeen, overlaps, type Seen } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Guide 6.2.1: a failover file system is available on one node at any time. */
export const singleMount: Checker = {
  name: 'single-mount',
  question: 'Is no LUN ever mounted through two ports that are not cut?',
  validity: false,
  check(timeline, { services }) {
    const mounts = mountsSeen(timeline).filter(({ what }) => what.backing !== '');
    const unseen = services.filter(({ lun }) => !mounts.some(({ what }) => isBackedBy(what.backing, lun)));
    const twice = overlaps(
      timeline,
      mounts,
      ({ what: one }, { what: other }) =>
        one.backing === other.backing && one.device !== other.device && !one.cut && !other.cut,
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
      return inconclusive(`Never seen mounted: ${unseen.map(({ lun }) => lun).join(', ')}.`);
    return upheld(
      ...mounts.map((mount) => `${port(mount)}, from ${ms(mount.fromMs)} to ${ms(mount.untilMs)}.`),
      `The witness tells two mounts apart that overlap by more than ${ms(longestGapMs(timeline, 0, endMs(timeline)))}.`,
    );
  },
};

function port({ node, what }: Seen<MountSeen>): string {
  return `${what.point} on ${node} (${what.device}${what.cut ? ', cut' : ''})`;
}
