import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { several } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import {
  answersBetween,
  answersInWords,
  commandsOf,
  hadAt,
  hadWithin,
  inWords,
  nextCommandMs,
  SEEN_LATE_MS,
  type Typed,
} from './commands.ts';

/** An answer that a busy machine gave too late is no service that was not there. */
const MOST_UNANSWERED = 0.1;

/** Guide 6.8: enabling starts the service; a start is over when the service serves (SEMANTICS, START). */
export const startCommand: Checker = {
  name: 'start-command',
  question: 'Does "scswitch -e -j" start the service, which serves when the command ends?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service, facts)),
};

function ofService(timeline: Timeline, service: ServiceFacts, { nodes }: DrillFacts): Finding {
  const started = commandsOf(timeline, /^scswitch -e -j \S+$/).filter(
    ({ beginMs }) => serving(timeline, service, nodes, beginMs).length === 0,
  );
  if (started.length === 0) return inconclusive('Nobody enabled a service that did not run.');
  const wrong = started.flatMap((one) => wrongWith(timeline, service, nodes, one));
  const answers = started.map(
    (one) =>
      `Operations planned after its end: ${answersInWords(answersBetween(timeline, service, one.endMs, nextCommandMs(timeline, one)))}.`,
  );
  const evidence = [...started.map(inWords), ...answers];
  if (wrong.length > 0) return refuted(...wrong, ...evidence);
  return ofKind(timeline, 'operation').length > 0 ? upheld(...evidence) : inconclusive('There was no load.');
}

function serving(timeline: Timeline, service: ServiceFacts, nodes: readonly string[], atMs: number) {
  return nodes.filter((node) => hadAt(timeline, service, node, atMs).processes.includes('cshttpd'));
}

function wrongWith(
  timeline: Timeline,
  service: ServiceFacts,
  nodes: readonly string[],
  one: Typed,
): string[] {
  if (one.exit !== 0) return ['The command failed.'];
  const nextMs = nextCommandMs(timeline, one);
  const answers = answersBetween(timeline, service, one.endMs, nextMs);
  const unanswered = answers.get('') ?? 0;
  const planned = [...answers.values()].reduce((sum, count) => sum + count, 0);
  const untilMs = Math.min(one.endMs + SEEN_LATE_MS, nextMs);
  const seen = nodes.filter((node) =>
    hadWithin(timeline, service, node, one.endMs, untilMs).processes.includes('cshttpd'),
  );
  return [
    ...(unanswered > planned * MOST_UNANSWERED
      ? [`Nobody answered ${several(unanswered, 'operation')} that came after the command had ended.`]
      : []),
    ...(seen.length === 0 ? ['The witness saw no calendar server after it.'] : []),
  ];
}
