/** The times that a drill's pictures show: one for each incident, relative to its fault, and near it. */
import type { DrillResult } from '../model.ts';

export interface TimeFrame {
  /** The moment that counts as zero. */
  zeroMs: number;
  /** What happened then, in words. */
  zeroName: 'the fault' | 'the outage' | 'the start';
  /** What the picture shows. */
  fromMs: number;
  untilMs: number;
  /** The whole drill. */
  wholeFromMs: number;
  wholeUntilMs: number;
}

const LEAST_MARGIN_MS = 1000;
/** Margin beside the interesting part, as a share of its length. */
const MARGIN = 0.8;
/** A part that is larger than this share of the whole is not worth cutting out. */
const WORTH_CUTTING = 0.7;
/** More pictures than this tell less than one of the whole drill. */
const MOST_INCIDENTS = 8;

interface Interval {
  fromMs: number;
  untilMs: number;
}

/** The drill's first frame: what its tables and logs count from. */
export function timeFrame(drill: DrillResult): TimeFrame {
  return timeFrames(drill)[0] ?? wholeFrame(drill);
}

/** A drill such as a rolling upgrade has several switchovers far apart: each gets a frame of its own. */
export function timeFrames(drill: DrillResult): TimeFrame[] {
  const whole = wholeFrame(drill);
  const found = incidents(drill);
  const frames = found.map((incident) => frameOf(drill, incident, whole));
  return frames.length === 0 || frames.length > MOST_INCIDENTS ? [whole] : frames;
}

export function isCut(frame: TimeFrame): boolean {
  return frame.fromMs > frame.wholeFromMs || frame.untilMs < frame.wholeUntilMs;
}

function margin({ fromMs, untilMs }: Interval): number {
  return Math.max(LEAST_MARGIN_MS, MARGIN * (untilMs - fromMs));
}

/** Faults, outages and phases that lie closer together than the margins around them. */
function incidents(drill: DrillResult): Interval[] {
  const parts = [
    ...drill.faults.map(({ appliedMs }) => ({ fromMs: appliedMs, untilMs: appliedMs })),
    ...[...drill.outages, ...drill.phases].map(({ fromMs, untilMs }) => ({ fromMs, untilMs })),
  ].toSorted((a, b) => a.fromMs - b.fromMs);
  const found: Interval[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last && part.fromMs - last.untilMs <= margin(last) + margin(part)) {
      last.untilMs = Math.max(last.untilMs, part.untilMs);
    } else found.push(part);
  }
  return found;
}

function frameOf(drill: DrillResult, incident: Interval, whole: TimeFrame): TimeFrame {
  const within = (ms: number): boolean => ms >= incident.fromMs && ms <= incident.untilMs;
  const zero = zeroOf(
    drill.faults.map((fault) => fault.appliedMs).filter(within),
    drill.outages.map((outage) => outage.fromMs).filter(within),
    incident.fromMs,
  );
  const fromMs = Math.max(whole.wholeFromMs, incident.fromMs - margin(incident));
  const untilMs = Math.min(whole.wholeUntilMs, incident.untilMs + margin(incident));
  const share = (untilMs - fromMs) / (whole.wholeUntilMs - whole.wholeFromMs);
  return share > 0 && share < WORTH_CUTTING ? { ...whole, ...zero, fromMs, untilMs } : { ...whole, ...zero };
}

function zeroOf(faults: number[], outages: number[], start: number): Pick<TimeFrame, 'zeroMs' | 'zeroName'> {
  if (faults.length > 0) return { zeroMs: Math.min(...faults), zeroName: 'the fault' };
  if (outages.length > 0) return { zeroMs: Math.min(...outages), zeroName: 'the outage' };
  return { zeroMs: start, zeroName: 'the start' };
}

function wholeFrame(drill: DrillResult): TimeFrame {
  const [wholeFromMs, wholeUntilMs] = wholeOf(drill);
  const zero = zeroOf(
    drill.faults.map((fault) => fault.appliedMs),
    drill.outages.map((outage) => outage.fromMs),
    wholeFromMs,
  );
  return { ...zero, wholeFromMs, wholeUntilMs, fromMs: wholeFromMs, untilMs: wholeUntilMs };
}

/** The operations are what was observed, so they bound the drill; without any, everything else does. */
function wholeOf(drill: DrillResult): [number, number] {
  const observed = drill.series.flatMap((one) => [one.fromMs, one.fromMs + one.ok.length * one.bucketMs]);
  const events = [
    ...drill.faults.map((record) => record.appliedMs),
    ...[...drill.outages, ...drill.phases].flatMap((part) => [part.fromMs, part.untilMs]),
  ];
  const pictured = drill.lanes.flatMap((lane) => [
    ...lane.spans.flatMap((span) => [span.fromMs, span.untilMs]),
    ...lane.marks.map((mark) => mark.atMs),
  ]);
  const moments = observed.length > 0 ? [...observed, ...events] : [...events, ...pictured];
  if (moments.length === 0) return [0, Math.max(1, drill.durationMs)];
  const from = moments.reduce((a, b) => Math.min(a, b));
  const until = moments.reduce((a, b) => Math.max(a, b));
  return [from, Math.max(until, from + 1)];
}
