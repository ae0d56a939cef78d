import type { MountSeen } from '../../images/common/protocol.ts';
import { firstOccasionMs } from '../occasions.ts';
import type { DrillFacts, FileSystemFacts, Timeline } from '../timeline.ts';
import { endMs, longestGapMs, mountsSeen, overlaps, type Seen } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

type Mount = Seen<MountSeen>;

/** How a global file system shows on nodes that do not have it from its disk. */
const VIEW = 'fuse.sshfs';

/** Guide 6.2.1: failover and global file systems, of any type, each mounted as its line in /etc/vfstab says. */
export const fileSystemsAsVfstab: Checker = {
  name: 'file-systems-as-vfstab',
  question:
    'Is each file system of the type in its line of vfstab, a failover one on one node at a time, a global one on all?',
  scope: 'promise',
  check(timeline, facts) {
    const { fileSystems = [] } = facts;
    if (fileSystems.length === 0) return inconclusive('Nobody noted what stands in vfstab.');
    const found = fileSystems.map((one) => ofOne(timeline, one, facts));
    const wrong = found.flatMap((one) => one.wrong);
    if (wrong.length > 0) return refuted(...wrong);
    return upheld(...found.map(({ how }) => how));
  },
};

function ofOne(
  timeline: Timeline,
  one: FileSystemFacts,
  { nodes }: DrillFacts,
): { wrong: string[]; how: string } {
  const { mountPoint, type, global } = one;
  const mounts = mountsSeen(timeline).filter(({ what }) => what.point === mountPoint && !what.cut);
  const disks = mounts.filter(({ what }) => what.backing !== '');
  const others = new Set(
    disks.flatMap(({ what }) => (what.type === type ? [] : [what.type ?? 'of no type'])),
  );
  const wrong = [
    ...(disks.length === 0 ? [`${mountPoint} was never seen mounted from its disk.`] : []),
    ...[...others].map((other) => `${mountPoint} was seen as ${other}; its line says ${type}.`),
    ...(global ? missing(timeline, mountPoint, mounts, nodes) : twice(timeline, mountPoint, mounts)),
  ];
  const where = [...new Set(disks.map(({ node }) => node))].join(', then ');
  const views = [...new Set(mounts.filter(({ what }) => what.type === VIEW).map(({ node }) => node))];
  const how = global
    ? `${mountPoint} (${type}, global): from its disk on ${where}, shown on ${views.join(', ')}.`
    : `${mountPoint} (${type}, failover): on ${where}.`;
  return { wrong, how };
}

/** A global file system is on all nodes by the time that something is done, and stays there. */
function missing(
  timeline: Timeline,
  point: string,
  mounts: readonly Mount[],
  nodes: readonly string[],
): string[] {
  const moments = [firstOccasionMs(timeline) ?? endMs(timeline)];
  return moments.flatMap((atMs) =>
    nodes
      .filter((node) => !mounts.some((one) => one.node === node && one.fromMs <= atMs && one.untilMs > atMs))
      .map((node) => `${point} is a global file system, and was not seen on ${node} at ${ms(atMs)}.`),
  );
}

function twice(timeline: Timeline, point: string, mounts: readonly Mount[]): string[] {
  return overlaps(timeline, mounts, (first, second) => first.node !== second.node).map(
    ({ first, second, fromMs, untilMs }) =>
      `${point} is a failover file system, and was on ${first.node} and ${second.node} for ${ms(untilMs - fromMs)}; the witness tells more than ${ms(longestGapMs(timeline, fromMs, untilMs))} apart.`,
  );
}
