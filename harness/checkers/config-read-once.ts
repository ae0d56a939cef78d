import { operationsOf } from '../outage.ts';
import type { ServiceFacts, Timeline } from '../timeline.ts';
import { ms } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import { commandsOf, nextCommandMs, type Typed } from './commands.ts';

/** Replies after an edit, or after a start, that show which configuration is in force. */
const LEAST_REPLIES = 20;

/** Guide 6.1.1: the configuration is read at startup alone, so an edit waits for the next start, wherever that is. */
export const configReadOnce: Checker = {
  name: 'config-read-once',
  question: 'Does an edit of ics.conf reach users with the next start of the service, and not before?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

/** The setting that every reply names, and its new value. */
const EDIT = /local\.servername="([^"]+)".*ics\.conf/;
const START = /^scswitch -[Rze] /;

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const edits = commandsOf(timeline, EDIT).filter(({ exit }) => exit === 0);
  if (edits.length === 0) return inconclusive('Nobody edited ics.conf.');
  const findings = edits.map((edit) => ofEdit(timeline, service, edit));
  const wrong = findings.flatMap((finding) => finding.wrong);
  const evidence = findings.flatMap((finding) => finding.evidence);
  if (wrong.length > 0) return refuted(...wrong, ...evidence);
  const thin = findings.some(({ enough }) => !enough);
  return thin ? inconclusive('Too few replies to tell.', ...evidence) : upheld(...evidence);
}

function ofEdit(timeline: Timeline, service: ServiceFacts, edit: Typed) {
  const value = EDIT.exec(edit.line)?.[1] ?? '';
  const start = commandsOf(timeline, START).find(({ beginMs }) => beginMs >= edit.endMs);
  const replies = operationsOf(timeline, service, 'write', 'read').filter(({ instance }) => instance !== '');
  const startedMs = start?.beginMs ?? Number.POSITIVE_INFINITY;
  const before = replies.filter(({ atMs }) => atMs >= edit.endMs && atMs < startedMs);
  const untilMs = start === undefined ? 0 : nextCommandMs(timeline, start);
  const after = replies.filter(({ plannedMs }) => start && plannedMs >= start.endMs && plannedMs < untilMs);
  const early = before.filter(({ instance }) => instance === value);
  const late = after.filter(({ instance }) => instance !== value);
  const first = after.find(({ instance }) => instance === value);
  const said = [...new Set(before.map(({ instance }) => instance))].join(', ') || 'nothing';
  return {
    enough: before.length >= LEAST_REPLIES && after.length >= LEAST_REPLIES,
    wrong: [
      ...(early.length > 0
        ? [`${early.length} replies already said ${value} while the instance ran on.`]
        : []),
      ...(late.length > 0 ? [`After "${start?.line}" ${late.length} replies did not say ${value}.`] : []),
    ],
    evidence: [
      `Edited on ${edit.node} at ${ms(edit.endMs)}: ${before.length} replies of the running instance still said ${said}.`,
      first === undefined
        ? 'No start brought the change.'
        : `"${start?.line}" brought it: first reply with ${value} from ${first.node} at ${ms(first.atMs)}, ${ms(first.atMs - edit.endMs)} after the edit.`,
    ],
  };
}
