/** What operators typed, and what nodes and clients showed before and after: what checks of commands have in common. */
import { operationsOf } from '../outage.ts';
import { isBackedBy } from '../ports.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { addressesSeen, calendarProcessesSeen, mountsSeen, type Seen } from '../witnessed.ts';
import { ms } from '../wording.ts';

/** A command from its first moment to its end, in ms since the run began; `exit` is null when it never ended. */
export interface Typed {
  node: string;
  line: string;
  beginMs: number;
  endMs: number;
  exit: number | null;
  output: string;
}

/** Process tables are read several times a second: what has gone may be seen for so long after it went. */
export const SEEN_LATE_MS = 1000;

/** In the order in which they were typed. */
export function commandsOf(timeline: Timeline, pattern = /(?:)/): Typed[] {
  const told = ofKind(timeline, 'command').filter(({ line }) => pattern.test(line));
  return told.flatMap(({ node, line, stage, atMs }, index) => {
    if (stage !== 'begin') return [];
    const end = told.slice(index + 1).find((one) => one.node === node && one.line === line);
    const ended = end?.stage === 'end' ? end : undefined;
    const { exit = null, output = '' } = ended ?? {};
    return [{ node, line, beginMs: atMs, endMs: ended?.atMs ?? Number.POSITIVE_INFINITY, exit, output }];
  });
}

/** The first moment at which something was typed after a command, or the end of what was told. */
export function nextCommandMs(timeline: Timeline, { endMs }: Typed): number {
  const next = commandsOf(timeline).find(({ beginMs }) => beginMs >= endMs);
  return next?.beginMs ?? timeline.at(-1)?.atMs ?? endMs;
}

/** A command and how it ended, in words. */
export function inWords({ node, line, exit, output, beginMs, endMs }: Typed): string {
  const how = exit === null ? 'never ended' : `ended with status ${exit} after ${ms(endMs - beginMs)}`;
  const said = output.trim().replaceAll(/\s+/g, ' ');
  return `"${shortened(line)}" on ${node} ${how}${said === '' ? '' : `: ${shortened(said)}`}.`;
}

const LONGEST_QUOTE = 160;

export function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}

/** What a node had of a service at a moment, as the witness saw it. */
export interface Had {
  mounts: string[];
  address: boolean;
  /** Names of calendar processes, of whatever service. */
  processes: string[];
}

export function hadAt(timeline: Timeline, service: ServiceFacts, node: string, atMs: number): Had {
  return hadWithin(timeline, service, node, atMs, atMs);
}

/** What it had at some moment between the two. */
export function hadWithin(
  timeline: Timeline,
  service: ServiceFacts,
  node: string,
  fromMs: number,
  untilMs: number,
): Had {
  const there = (one: Seen<unknown>) => one.node === node && one.fromMs <= untilMs && one.untilMs > fromMs;
  return {
    mounts: mountsSeen(timeline).flatMap((one) =>
      there(one) && isOf(service, one.what.point, one.what.backing) ? [one.what.point] : [],
    ),
    address: addressesSeen(timeline).some((one) => there(one) && one.what === service.address),
    processes: calendarProcessesSeen(timeline).flatMap((one) =>
      there(one) ? [processName(one.what.command)] : [],
    ),
  };
}

function isOf({ volume, mountPoint }: ServiceFacts, point: string, backing: string): boolean {
  return isBackedBy(backing, volume) || point === mountPoint;
}

export function processName(command: string): string {
  return /\/lib\/([a-z]+)\.ts\b/.exec(command)?.[1] ?? command;
}

/** Writes and reads that were planned within a time, by who answered them; '' is nobody. */
export function answersBetween(
  timeline: Timeline,
  service: ServiceFacts,
  fromMs: number,
  untilMs: number,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { node, plannedMs } of operationsOf(timeline, service, 'write', 'read'))
    if (plannedMs >= fromMs && plannedMs < untilMs) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}

export function answersInWords(answers: ReadonlyMap<string, number>): string {
  if (answers.size === 0) return 'no operation';
  return [...answers].map(([node, count]) => `${count} by ${node === '' ? 'nobody' : node}`).join(', ');
}
