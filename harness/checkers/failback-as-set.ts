import { occasionsOf } from '../occasions.ts';
import { loadEndMs } from '../outage.ts';
import { hadAt, ownersSeen } from '../served.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { addressesSeen } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Property Failback of a group (SEMANTICS, resource group manager): whether it returns to a node that has come back. */
export const failbackAsSet: Checker = {
  name: 'failback-as-set',
  question:
    'When the primary has come back, does the service return to it if Failback says so, and stay if not?',
  scope: 'promise',
  check(timeline, facts) {
    const returns = returnsOf(timeline, facts).map((one) => ofReturn(timeline, one));
    if (returns.length === 0) return inconclusive('No primary came back while its service was elsewhere.');
    const wrong = returns.filter(({ isWrong }) => isWrong).map(({ line }) => line);
    return wrong.length > 0 ? refuted(...wrong) : upheld(...returns.map(({ line }) => line));
  },
};

interface Return {
  service: ServiceFacts;
  /** When the primary booted, and until when nothing else was done. */
  bootedMs: number;
  untilMs: number;
}

function returnsOf(timeline: Timeline, { services }: DrillFacts): Return[] {
  const moments = occasionsOf(timeline).map(({ atMs }) => atMs);
  return ofKind(timeline, 'boot').flatMap(({ nodes, atMs }) => {
    const untilMs = moments.find((other) => other > atMs) ?? loadEndMs(timeline) ?? atMs;
    return services.flatMap((service): Return[] => {
      const elsewhere = ownersSeen(timeline, service).some(
        (owner) => owner.node === service.backup && hadAt(atMs)(owner),
      );
      return nodes.includes(service.primary) && elsewhere ? [{ service, bootedMs: atMs, untilMs }] : [];
    });
  });
}

function ofReturn(timeline: Timeline, { service, bootedMs, untilMs }: Return) {
  const { name, primary, address } = service;
  const isMeant = failbackAt(timeline, name, bootedMs);
  const back = addressesSeen(timeline).find(
    (span) =>
      span.node === primary && span.what === address && span.fromMs > bootedMs && span.fromMs < untilMs,
  );
  const about = `${primary} was started at ${ms(bootedMs)}, with Failback=${isMeant} of ${name}`;
  const outcome =
    back === undefined
      ? `until ${ms(untilMs)} the service did not move`
      : `the service had its address there ${ms(back.fromMs - bootedMs)} later`;
  return { isWrong: isMeant !== (back !== undefined), line: `${about}: ${outcome}.` };
}

/** As an operator last set it; false is what groups have by default. */
function failbackAt(timeline: Timeline, group: string, atMs: number): boolean {
  const set = ofKind(timeline, 'command').findLast(
    (event) =>
      event.stage === 'end' &&
      event.exit === 0 &&
      event.atMs <= atMs &&
      event.line.includes(` -g ${group} `) &&
      /Failback=/i.test(event.line),
  );
  return set !== undefined && /Failback=true/i.test(set.line);
}
