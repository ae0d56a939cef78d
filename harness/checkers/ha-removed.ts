import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { endMs } from '../witnessed.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import { commandsOf, hadAt, inWords, SEEN_LATE_MS } from './commands.ts';

/** Guide 6.9: after its steps nothing of the service is left in the cluster, nor of the cluster in ics.conf. */
export const haRemoved: Checker = {
  name: 'ha-removed',
  question: 'Do all steps of the removal succeed, and is nothing of the service left on any node?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service, facts)),
};

function ofService(timeline: Timeline, service: ServiceFacts, { nodes }: DrillFacts): Finding {
  const all = commandsOf(timeline, /^(scswitch|scrgadm) /);
  const from = all.findIndex(({ line }) => line === `scswitch -F -g ${service.name}`);
  const steps = from < 0 ? [] : all.slice(from);
  const last = steps.at(-1);
  if (last === undefined) return inconclusive('Nobody removed the service.');
  // Nodes that have been switched off have nothing, whatever was left on them.
  const offMs = ofKind(timeline, 'node-gone').find((event) => event.atMs >= last.endMs)?.atMs;
  const atMs = Math.min(last.endMs + SEEN_LATE_MS, (offMs ?? endMs(timeline)) - 1);
  const left = nodes.flatMap((node) => {
    const { mounts, address, processes } = hadAt(timeline, service, node, atMs);
    return [...mounts, ...(address ? [service.address] : []), ...processes].map(
      (what) => `${what} on ${node}`,
    );
  });
  const conf = ofKind(timeline, 'file-seen').findLast(({ path }) => path.endsWith('/ics.conf'));
  const settings = conf?.content.match(/^\s*local\.server\.ha\..*$/gm) ?? [];
  const failed = steps.filter(({ exit }) => exit !== 0);
  const wrong = [
    ...failed.map(inWords),
    ...(left.length > 0 ? [`Left afterwards: ${left.join(', ')}.`] : []),
    ...(settings.length > 0 ? [`ics.conf still has ${settings.map((one) => one.trim()).join(', ')}.`] : []),
  ];
  if (wrong.length > 0) return refuted(...wrong);
  if (conf === undefined) return inconclusive('Nobody looked into ics.conf.');
  return upheld(
    ...steps.map(inWords),
    `Afterwards no node has its address, its disk or a process of it, and ${conf.path} none of the settings for high availability.`,
  );
}
