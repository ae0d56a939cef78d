/** What the witness saw on each node, as spans of time instead of lists that changed. */
import type { MountSeen, ProcessSeen } from '../images/common/protocol.ts';
import { ofKind, type Timeline, type TimelineEvent } from './timeline.ts';

/** Something that was there on a node from `fromMs` to `untilMs` (the timeline's end if it never went). */
export interface Seen<T> {
  node: string;
  what: T;
  fromMs: number;
  untilMs: number;
}

type Listing<T> = { node: string; items: T[] } | null;

/** Last moment that anything was told, in ms since the run began. */
export function endMs(timeline: Timeline): number {
  return timeline.at(-1)?.atMs ?? 0;
}

/** Mounts on each node; a port that gets cut ends one span and begins another. */
export function mountsSeen(timeline: Timeline): Seen<MountSeen>[] {
  return spansOf(
    timeline,
    (event) => (event.kind === 'mounts' ? { node: event.node, items: event.mounts } : null),
    (mount) => [mount.device, mount.point, mount.backing, mount.cut].join(' '),
  );
}

/** Addresses on each node, without a prefix length. */
export function addressesSeen(timeline: Timeline): Seen<string>[] {
  return spansOf(
    timeline,
    (event) => (event.kind === 'addresses' ? { node: event.node, items: event.addresses.map(bare) } : null),
    (address) => address,
  );
}

/** Calendar Server processes on each node, known by their programs. */
export function calendarProcessesSeen(timeline: Timeline): Seen<ProcessSeen>[] {
  return spansOf(
    timeline,
    (event) =>
      event.kind === 'processes' ? { node: event.node, items: event.processes.filter(isCalendar) } : null,
    (process) => `${process.pid} ${process.command}`,
  );
}

/** Nodes that were up. */
export function nodesSeen(timeline: Timeline): Seen<number>[] {
  return spansOf(
    timeline,
    (event) => (event.kind === 'node-seen' ? { node: event.node, items: [event.pid] } : null),
    String,
  );
}

/** When the witness first saw none of the addresses that a node had at `fromMs`; null when it had none or kept one. */
export function addressesGoneMs(timeline: Timeline, node: string, fromMs: number): number | null {
  const seen = ofKind(timeline, 'addresses').filter((event) => event.node === node);
  const before = seen.findLast((event) => event.atMs <= fromMs)?.addresses ?? [];
  if (before.length === 0) return null;
  const gone = seen.find(
    ({ atMs, addresses }) => atMs >= fromMs && before.every((address) => !addresses.includes(address)),
  );
  return gone?.atMs ?? null;
}

/** Whether a node was down at a moment: it went, and had not come back by then. */
export function isDownAt(timeline: Timeline, name: string, atMs: number): boolean {
  const last = timeline.findLast(
    (event) =>
      (event.kind === 'node-gone' || event.kind === 'node-seen') && event.node === name && event.atMs <= atMs,
  );
  return last?.kind === 'node-gone';
}

/**
 * Longest time in ms between two looks of the witness from `fromMs` to `untilMs`, as it reported; for a time that it
 * has not reported on yet, its latest report counts.
 */
export function longestGapMs(timeline: Timeline, fromMs: number, untilMs: number): number {
  const reports = ofKind(timeline, 'looks');
  const covering = reports.filter(
    ({ atMs }, index) => atMs >= fromMs && (reports[index - 1]?.atMs ?? Number.NEGATIVE_INFINITY) <= untilMs,
  );
  const counting = covering.length > 0 ? covering : reports.slice(-1);
  return Math.max(0, ...counting.map((report) => report.longestGapMs));
}

/** Two spans that were there at the same time. */
export interface Overlap<T> {
  first: Seen<T>;
  second: Seen<T>;
  fromMs: number;
  untilMs: number;
}

/**
 * Pairs of spans that `excludes` says must not coexist and that did. The witness reads one node after another, so an
 * overlap no longer than the gap between two of its looks cannot be told from a clean hand-over and is left out.
 */
export function overlaps<T>(
  timeline: Timeline,
  spans: readonly Seen<T>[],
  excludes: (first: Seen<T>, second: Seen<T>) => boolean,
): Overlap<T>[] {
  return spans.flatMap((first, index) =>
    spans.slice(index + 1).flatMap((second) => {
      const fromMs = Math.max(first.fromMs, second.fromMs);
      const untilMs = Math.min(first.untilMs, second.untilMs);
      if (untilMs <= fromMs || !excludes(first, second)) return [];
      return untilMs - fromMs > longestGapMs(timeline, fromMs, untilMs)
        ? [{ first, second, fromMs, untilMs }]
        : [];
    }),
  );
}

/** As each is started: `node BASE/lib/NAME.ts BASE`. */
const calendarDaemon = /\/lib\/(watcher|enpd|csstored|csnotifyd|csadmind|csdwpd|cshttpd)\.ts\b/;

function isCalendar(process: ProcessSeen): boolean {
  return daemonOf(process) !== undefined;
}

/** Name of a Calendar Server process, as cshttpd; undefined when it is none. */
export function daemonOf({ command }: ProcessSeen): string | undefined {
  return calendarDaemon.exec(command)?.[1];
}

function bare(address: string): string {
  return address.replace(/\/.*/, '');
}

function spansOf<T>(
  timeline: Timeline,
  listing: (event: TimelineEvent) => Listing<T>,
  keyOf: (item: T) => string,
): Seen<T>[] {
  const spans: Seen<T>[] = [];
  const open = new Map<string, Map<string, Seen<T>>>();
  for (const event of timeline) {
    const listed = event.kind === 'node-gone' ? { node: event.node, items: [] } : listing(event);
    if (listed === null) continue;
    const before = open.get(listed.node) ?? new Map<string, Seen<T>>();
    const now = new Map<string, Seen<T>>();
    for (const what of listed.items) {
      const key = keyOf(what);
      let span = before.get(key) ?? now.get(key);
      if (!span) {
        span = { node: listed.node, what, fromMs: event.atMs, untilMs: endMs(timeline) };
        spans.push(span);
      }
      now.set(key, span);
    }
    for (const [key, span] of before) if (!now.has(key)) span.untilMs = event.atMs;
    open.set(listed.node, now);
  }
  return spans;
}
