import type { InstanceSeen } from '../../images/common/protocol.ts';
import type { DrillFacts, Timeline } from '../timeline.ts';
import { ms, several, someOf, thousands } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';
import { looksAtSeveral } from './looks-at-instances.ts';

/** Files of the image that nodes are made from, and the kernel's own: every program has some of those. */
const OF_THE_IMAGE = /^\/(usr|lib|lib64|bin|sbin|etc|dev|proc|sys|memfd:)/;

/** What two instances must not have in common, and what of it each has. */
const kinds: { what: string; of: (instance: InstanceSeen) => string[] }[] = [
  { what: 'processes', of: ({ processes }) => processes.map(({ pid }) => String(pid)) },
  { what: 'files', of: ({ files }) => files.filter((path) => !OF_THE_IMAGE.test(path)) },
  { what: 'mounts', of: ({ mounts }) => mounts },
  { what: 'addresses', of: ({ listening }) => listening.map((place) => place.replace(/:\d+$/, '')) },
];

/** Guide 6.1.2: two instances on one node share nothing but the computing power. */
export const onlyCpuShared: Checker = {
  name: 'only-cpu-shared',
  question: 'Had several instances on one node no file, mount, address, process or connection in common?',
  scope: 'promise',
  check(timeline: Timeline, { services }: DrillFacts) {
    const pairs = looksAtSeveral(timeline, services).flatMap(({ node, atMs, hosted }) => {
      const seen = hosted.flatMap(({ instance }) => instance ?? []);
      return seen.flatMap((one, index) =>
        seen.slice(index + 1).map((other) => ({ where: `On ${node} at ${ms(atMs)}`, one, other })),
      );
    });
    if (pairs.length === 0) return inconclusive('The witness never saw several instances on one node.');
    // What is not seen of either cannot be seen of both.
    const unseen = pairs.flatMap(({ where, one, other }) =>
      kinds.flatMap(({ what, of }) =>
        [one, other].flatMap((each) =>
          of(each).length === 0 ? [`${where}: no ${what} of ${each.base} were seen.`] : [],
        ),
      ),
    );
    const shared = pairs.flatMap((pair) => inCommon(pair.where, pair.one, pair.other));
    if (shared.length > 0) return refuted(...shared);
    if (unseen.length > 0) return inconclusive(...unseen);
    return upheld(
      ...pairs.map(
        ({ where, one, other }) => `${where}: ${counted(one)}; ${counted(other)}; nothing in common.`,
      ),
    );
  },
};

function inCommon(where: string, one: InstanceSeen, other: InstanceSeen): string[] {
  const twice = kinds.flatMap(({ what, of }) => {
    const both = [...new Set(of(one).filter((item) => of(other).includes(item)))];
    return both.length === 0 ? [] : [`${where}: both have the ${what} ${someOf(both)}.`];
  });
  const joined = [[one, other] as const, [other, one] as const].flatMap(([from, to]) =>
    from.connected
      .filter((place) => to.listening.includes(place))
      .map((place) => `${where}: ${from.base} is connected to ${place} of ${to.base}.`),
  );
  return [...twice, ...joined];
}

function counted(instance: InstanceSeen): string {
  const files = instance.files.filter((path) => !OF_THE_IMAGE.test(path));
  return `${instance.base} has ${thousands(instance.processes.length)} processes, ${several(files.length, 'file')} outside of the image, mounts ${instance.mounts.join(' ')}, listens on ${instance.listening.join(' ')}`;
}
