import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import {
  answersBetween,
  answersInWords,
  commandsOf,
  hadAt,
  inWords,
  nextCommandMs,
  SEEN_LATE_MS,
  type Typed,
} from './commands.ts';

/** Guide 6.8: disabling ends the service; what it depends on is other resources, and stays. */
export const disableCommand: Checker = {
  name: 'disable-command',
  question:
    'Does "scswitch -n -j" end all processes of the service, and leave its address and disk where they are?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service, facts)),
};

function ofService(timeline: Timeline, service: ServiceFacts, { nodes }: DrillFacts): Finding {
  for (const one of commandsOf(timeline, /^scswitch -n -j \S+$/)) {
    const node = nodes.find((name) => hadAt(timeline, service, name, one.beginMs).processes.length > 0);
    if (node !== undefined) return ofCommand(timeline, service, node, one);
  }
  return inconclusive('Nobody disabled a service that ran.');
}

function ofCommand(timeline: Timeline, service: ServiceFacts, node: string, one: Typed): Finding {
  const before = hadAt(timeline, service, node, one.beginMs);
  // The next command may start it again.
  const untilMs = nextCommandMs(timeline, one);
  const atMs = Math.min(one.endMs + SEEN_LATE_MS, untilMs);
  const after = hadAt(timeline, service, node, atMs);
  const answers = answersBetween(timeline, service, one.endMs, untilMs);
  const answered = [...answers].filter(([name]) => name !== '');
  const wrong = [
    ...(one.exit === 0 ? [] : ['The command failed.']),
    ...(after.processes.length === 0 ? [] : [`Still on ${node}: ${after.processes.join(', ')}.`]),
    ...(after.address ? [] : [`${service.address} has gone from ${node} as well.`]),
    ...(after.mounts.length === before.mounts.length ? [] : [`The disk has gone from ${node} as well.`]),
    ...(answered.length === 0 ? [] : [`Operations after it: ${answersInWords(answers)}.`]),
  ];
  const evidence = [
    inWords(one),
    `On ${node} before: ${before.processes.join(', ')}; after: ${after.processes.join(', ') || 'no calendar process'}, ${after.address ? service.address : 'no address'}, ${after.mounts.join(', ') || 'no disk'}.`,
  ];
  return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
}
