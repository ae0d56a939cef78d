import type { MountSeen } from '../../images/common/protocol.ts';
import { operationsOf } from '../outage.ts';
import { isBackedBy } from '../ports.ts';
import { type Loss, lossesOfQuorum } from '../quorum.ts';
import { asUsable } from '../served.ts';
import { type DrillFacts, ofKind, type Timeline } from '../timeline.ts';
import { longestGapMs, mountsSeen, nodesSeen, type Seen } from '../witnessed.ts';
import { ms, several } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** The invariant of guide 6.1's clusters: who has no majority serves nothing, whatever it still reaches. */
export const quorumServes: Checker = {
  name: 'quorum-serves',
  question: 'Does a node that has lost quorum serve nothing until it has joined again?',
  scope: 'invariant',
  check(timeline, facts) {
    const { quorum, nodes } = facts;
    if (quorum === undefined) return inconclusive('It was not noted which quorum devices there were.');
    if (!timeline.some(({ kind }) => kind === 'node-seen'))
      return inconclusive('No node was ever seen, so that nobody knows who had votes.');
    const losses = lossesOfQuorum(timeline, facts);
    const wrong = losses.flatMap((loss) => [
      ...replies(timeline, facts, loss),
      ...usableMounts(timeline, facts, loss),
    ]);
    if (wrong.length > 0) return refuted(...wrong, ...losses.map(inWords));
    if (losses.length === 0) return upheld(`None of ${nodes.join(', ')} ever lost quorum.`);
    return upheld(...losses.map((loss) => `${inWords(loss)} No reply and no usable mount from it then.`));
  },
};

function inWords({ node, why, fromMs, graceMs, untilMs }: Loss): string {
  const until = Number.isFinite(untilMs) ? `until ${ms(untilMs)}` : 'to the end';
  return `${node} was without quorum from ${ms(fromMs)} ${until}, ${why}; it has ${ms(graceMs)} to notice.`;
}

/** Operations that were begun when it had to know, and that it served all the same. */
function replies(timeline: Timeline, { services }: DrillFacts, loss: Loss): string[] {
  // A reply in the name of a node that is down is no reply of it.
  const lives = nodesSeen(timeline).filter(({ node }) => node === loss.node);
  return services.flatMap((service) => {
    const served = operationsOf(timeline, service, 'write', 'read', 'login').filter(
      ({ outcome, node, plannedMs }) =>
        lives.some(({ fromMs, untilMs }) => plannedMs > fromMs && plannedMs < untilMs) &&
        outcome === 'ok' &&
        node === loss.node &&
        plannedMs > loss.fromMs + loss.graceMs &&
        plannedMs < loss.untilMs,
    );
    const last = served.at(-1);
    if (last === undefined) return [];
    return [
      `${loss.node} served ${several(served.length, 'operation')} of ${service.name} without quorum, up to ${ms(last.atMs)}.`,
    ];
  });
}

/** The array knows that a port is cut, whether or not anybody sees the node any more. */
function untilCut(timeline: Timeline, mount: Seen<MountSeen>): Seen<MountSeen> {
  const cut = ofKind(timeline, 'port-cut').find(
    ({ node, device, atMs }) => node === mount.node && device === mount.what.device && atMs >= mount.fromMs,
  );
  return { ...mount, untilMs: Math.min(mount.untilMs, cut?.atMs ?? mount.untilMs) };
}

function usableMounts(timeline: Timeline, { services }: DrillFacts, loss: Loss): string[] {
  return mountsSeen(timeline)
    .filter(({ node, what }) => node === loss.node && !what.cut)
    .filter(({ what }) => services.some(({ volume }) => isBackedBy(what.backing, volume)))
    .map((mount) => untilCut(timeline, asUsable(timeline, mount, services)))
    .flatMap(({ what, fromMs, untilMs }) => {
      const sinceMs = Math.max(fromMs, loss.fromMs + loss.graceMs);
      const upToMs = Math.min(untilMs, loss.untilMs);
      if (upToMs - sinceMs <= longestGapMs(timeline, sinceMs, Math.max(sinceMs, upToMs))) return [];
      return [
        `${what.backing} was still usable on ${loss.node} for ${ms(upToMs - sinceMs)} when it had to know that it has no quorum.`,
      ];
    });
}
