import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { someOf } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** Guide 6.5: the web server of an instance listens on the logical address, and so follows it from node to node. */
export const listensOnLogicalAddress: Checker = {
  name: 'listens-on-logical-address',
  question: 'Does the web server listen on the logical address, and on no other?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

function ofService(timeline: Timeline, { address, serverBase }: ServiceFacts): Finding {
  const sockets = ofKind(timeline, 'listening').flatMap(({ node, sockets }) =>
    sockets
      .filter(({ command }) => command.includes(`${serverBase}/lib/cshttpd.ts`))
      .map(({ at }) => ({ node, at })),
  );
  if (sockets.length === 0) return inconclusive('No listening socket of cshttpd was seen on any node.');
  const lines = [...new Set(sockets.map(({ node, at }) => `cshttpd on ${node} listened on ${at}.`))];
  const others = [...new Set(sockets.map(({ at }) => at))].filter((at) => !at.startsWith(`${address}:`));
  if (others.length > 0) return refuted(`Not the logical address ${address}: ${someOf(others)}.`, ...lines);
  return upheld(...lines);
}
