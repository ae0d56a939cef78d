import { operationsOf } from '../outage.ts';
import { ownersSeen } from '../served.ts';
import type { ServiceFacts, Timeline } from '../timeline.ts';
import { endMs, longestGapMs, type Seen } from '../witnessed.ts';
import { ms, several } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** The invariant behind every model: a group is never served by two instances, one of which has lost its disk. */
export const servedByOne: Checker = {
  name: 'served-by-one',
  question: 'Does every reply come from the node that has the service at that moment?',
  scope: 'invariant',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

interface Reply {
  node: string;
  plannedMs: number;
  atMs: number;
}

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const replies = operationsOf(timeline, service, 'write', 'read').filter(({ outcome }) => outcome === 'ok');
  const nameless = replies.filter(({ node }) => node === '').length;
  const owners = ownersSeen(timeline, service);
  if (replies.length === 0) return inconclusive('Nobody answered.');
  if (nameless > 0) return inconclusive(`${several(nameless, 'answer')} did not say from which node.`);
  if (owners.length === 0) return inconclusive(`${service.volume} was never seen at ${service.mountPoint}.`);
  const gapMs = longestGapMs(timeline, 0, endMs(timeline));
  const wrong = replies.flatMap((reply) => {
    const other = ownerInstead(owners, reply, gapMs);
    return other === undefined ? [] : [{ ...reply, other: other.node }];
  });
  const tally = [...Map.groupBy(replies, ({ node }) => node)].map(
    ([node, own]) =>
      `${several(own.length, 'answer')} from ${node}, from ${ms(own[0]?.atMs ?? 0)} to ${ms(own.at(-1)?.atMs ?? 0)}.`,
  );
  const [first] = wrong;
  if (first)
    return refuted(
      `${several(wrong.length, 'answer')} from a node while another one had ${service.volume}: the first from ${first.node} at ${ms(first.atMs)}, when ${first.other} had it.`,
      ...tally,
    );
  return upheld(...tally, `The witness can tell two owners apart that differ by more than ${ms(gapMs)}.`);
}

/** Another node that had the disk while the reply was made, if the one that replied did not have it at any time of that. */
function ownerInstead(owners: readonly Seen<unknown>[], { node, plannedMs, atMs }: Reply, gapMs: number) {
  const during = owners.filter(
    ({ fromMs, untilMs }) => fromMs <= atMs + gapMs && untilMs >= plannedMs - gapMs,
  );
  return during.some((owner) => owner.node === node) ? undefined : during[0];
}
