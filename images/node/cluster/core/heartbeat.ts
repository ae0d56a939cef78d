/** What a node tells the others of itself, and when it is worth telling at once instead of with the next quantum. */
import type { Draft } from './draft.ts';
import { listen, sameNodes } from './hearing.ts';
import { echoesOf, noteSent } from './lease.ts';
import { TO_ALL } from './news.ts';
import { isSame } from './same.ts';
import { resourcesShown } from './shown.ts';
import type { Effect, Heartbeat, State } from './types.ts';

/** What groups and commands hang on: after a change of it, a next step may have more to do. */
const AT_WORK = [...TO_ALL, 'repositoryVersion'] as const;

/** What others act on besides. The rest can wait for the next quantum. */
const URGENT = [
  'unfenced',
  'view',
  'proposal',
  'accepts',
  'claims',
  'joinedIn',
  'barred',
  'savedVersion',
] as const satisfies (keyof Heartbeat)[];

type Content = Omit<Heartbeat, 'from' | 'incarnation' | 'serial' | 'since' | 'echoes'>;

const NOBODY: string[] = [];

function contentOf({ state, listening }: Draft): Content {
  const { version } = state.repository;
  return {
    hears: listening.heard,
    unfenced: state.fencing.done ? NOBODY : state.fencing.victims,
    view: state.view,
    proposal: state.proposal,
    accepts: state.accepts,
    claims: state.quorum,
    joinedIn: state.joinedIn,
    barred: state.barred,
    placement: state.placement,
    repositoryVersion: version,
    savedVersion: state.savedVersion,
    repository: listening.oldestVersion < version ? state.repository : null,
    groups: state.groupStates,
    resources: resourcesShown(state),
    busy: state.busy,
    givenUp: state.givenUp,
    givesOver: state.givesOver,
    devices: state.devices,
    inquiries: state.inquiries,
    replies: state.replies,
    requests: state.requests,
    answers: state.answers,
  };
}

/** Sends a heartbeat if it is time for one or if there is news. Returns whether there is more to do. */
export function tellOthers(draft: Draft, isDue: boolean): boolean {
  const { said } = draft.state;
  const content = contentOf(draft);
  const isNew = (field: keyof Content) => said === null || !isSame(said[field], content[field]);
  const hasWork = AT_WORK.some(isNew);
  if (isDue || hasWork || URGENT.some(isNew)) sendOff(draft, content);
  return hasWork;
}

/**
 * What a tick leads to when nothing is under way and nobody's time is over: another sign of life, with the same
 * content as the last one. Null when there may be more to it.
 */
export function onlyLifeSign(before: State, nowMs: number): { state: State; effects: Effect[] } | null {
  const { config, view, proposal, said, lastTickMs } = before;
  const isIdle = view !== null && proposal === null && before.joined && before.fencing.done;
  if (before.restless || !isIdle || isAtWork(before) || said === null || lastTickMs === null) return null;
  if (nowMs - lastTickMs > 2 * config.heartbeatQuantumMs || said.repository !== null) return null;
  if (nowMs > before.calmUntilMs) return null;
  const { heard, calmUntilMs } = listen(before, nowMs);
  if (!sameNodes(heard, said.hears)) return null;
  const serial = before.serial + 1;
  const heartbeat = { ...said, serial, echoes: echoesOf(before) };
  const state = { ...before, serial, lastTickMs: nowMs, calmUntilMs, said: heartbeat };
  noteSent(state, nowMs);
  return { state, effects: [{ kind: 'send', heartbeat }] };
}

/** Something here has a deadline, or ends with time. */
function isAtWork({ running, failures, deviceDeadlines, work, silentFromMs }: State): boolean {
  for (const _ in running) return true;
  for (const _ in failures) return true;
  for (const _ in deviceDeadlines) return true;
  return work !== null || silentFromMs !== null;
}

/** Sends a heartbeat now. */
export function say(draft: Draft): void {
  sendOff(draft, contentOf(draft));
}

function sendOff({ state, nowMs, effects }: Draft, content: Content): void {
  const { said } = state;
  state.serial += 1;
  noteSent(state, nowMs);
  const isSaid =
    said !== null &&
    (Object.keys(content) as (keyof Content)[]).every((field) => isSame(said[field], content[field]));
  const heartbeat: Heartbeat = {
    ...(isSaid ? said : content),
    from: state.config.self,
    incarnation: state.incarnation,
    serial: state.serial,
    since: isSaid ? said.since : state.serial,
    echoes: echoesOf(state),
  };
  state.said = heartbeat;
  effects.push({ kind: 'send', heartbeat });
}
