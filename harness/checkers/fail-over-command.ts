import { occasionsOf } from '../occasions.ts';
import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { several } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import {
  answersBetween,
  answersInWords,
  commandsOf,
  hadAt,
  hadWithin,
  inWords,
  SEEN_LATE_MS,
  type Typed,
} from './commands.ts';

/** Guide 6.8: the command moves the group, all of it: disk, address and processes. */
export const failOverCommand: Checker = {
  name: 'fail-over-command',
  question:
    'Does "scswitch -z -g -h" move the disk, the address and the processes to the node that it names?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service, facts)),
};

function ofService(timeline: Timeline, service: ServiceFacts, { nodes }: DrillFacts): Finding {
  const moves = commandsOf(timeline, new RegExp(`^scswitch -z -g ${service.name} -h \\S+$`))
    .map((one) => ({ ...one, target: one.line.split(' ').at(-1) ?? '' }))
    .filter(({ target, beginMs }) => !hadAt(timeline, service, target, beginMs).address);
  if (moves.length === 0) return inconclusive('Nobody moved the group to another node.');
  const findings = moves.map((move) => ofMove(timeline, service, nodes, move));
  const wrong = findings.flatMap((finding) => finding.wrong);
  const evidence = findings.flatMap((finding) => finding.evidence);
  return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
}

function ofMove(
  timeline: Timeline,
  service: ServiceFacts,
  nodes: readonly string[],
  move: Typed & { target: string },
): { wrong: string[]; evidence: string[] } {
  const { target, endMs, exit } = move;
  const next =
    occasionsOf(timeline).find(({ atMs }) => atMs >= endMs)?.atMs ?? timeline.at(-1)?.atMs ?? endMs;
  const atMs = Math.min(endMs + SEEN_LATE_MS, next);
  const have = (node: string) => {
    const { mounts, address, processes } = hadAt(timeline, service, node, atMs);
    return [...mounts, ...(address ? [service.address] : []), ...processes];
  };
  const here = hadWithin(timeline, service, target, endMs, atMs);
  // A group whose server is disabled moves without it.
  const ran = nodes.some((node) =>
    hadAt(timeline, service, node, move.beginMs).processes.includes('cshttpd'),
  );
  const lacking = [
    ...(here.mounts.length === 0 ? ['its disk'] : []),
    ...(here.address ? [] : ['its address']),
    ...(here.processes.includes('cshttpd') || !ran ? [] : ['its server']),
  ];
  const left = nodes.filter((node) => node !== target && have(node).length > 0);
  const answers = answersBetween(timeline, service, endMs, next);
  const elsewhere = [...answers].filter(([node]) => node !== target && node !== '');
  return {
    wrong: [
      ...(exit === 0 ? [] : ['The command failed.']),
      ...(lacking.length === 0 ? [] : [`Not seen on ${target} afterwards: ${lacking.join(', ')}.`]),
      ...left.map((node) => `Still on ${node}: ${have(node).join(', ')}.`),
      ...elsewhere.map(([node, count]) => `${node} answered ${several(count, 'operation')} after it.`),
    ],
    evidence: [
      inWords(move),
      `On ${target} then: ${have(target).join(', ')}. Operations after it: ${answersInWords(answers)}.`,
    ],
  };
}
