/** Whether a command restarted a service in place: all its processes ended, and others serve on the same node. */
import type { DrillFacts, Timeline } from '../timeline.ts';
import { calendarProcessesSeen } from '../witnessed.ts';
import { type Finding, inconclusive, refuted, upheld } from './checker.ts';
import { commandsOf, inWords, nextCommandMs, SEEN_LATE_MS } from './commands.ts';

export function restartedBy(timeline: Timeline, { nodes }: DrillFacts, pattern: RegExp): Finding {
  const [one] = commandsOf(timeline, pattern);
  if (one === undefined) return inconclusive('Nobody typed it.');
  const seen = calendarProcessesSeen(timeline).filter(({ node }) => nodes.includes(node));
  const old = seen.filter(({ fromMs, untilMs }) => fromMs <= one.beginMs && untilMs > one.beginMs);
  if (old.length === 0) return inconclusive('No calendar process ran before it.', inWords(one));
  const byMs = Math.min(one.endMs + SEEN_LATE_MS, nextCommandMs(timeline, one));
  const left = old.filter(({ untilMs }) => untilMs > byMs);
  const where = new Set(old.map(({ node }) => node));
  const fresh = seen.filter(
    ({ node, fromMs, untilMs }) => where.has(node) && fromMs > one.beginMs && untilMs > byMs,
  );
  const evidence = [
    inWords(one),
    `Of ${old.length} calendar processes before it, ${left.length} went on; ${fresh.length} new ones ran afterwards.`,
  ];
  const wrong = [
    ...(one.exit === 0 ? [] : ['The command failed.']),
    ...(left.length === 0 ? [] : ['The old processes went on.']),
    ...(fresh.length >= old.length ? [] : ['Not all processes were started anew.']),
  ];
  return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
}
