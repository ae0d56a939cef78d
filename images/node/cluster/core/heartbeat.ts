/** What a node tells the others of itself, and when it is worth telling at once instead of with the next quantum. */
import type { Draft } from './draft.ts';
import { hears } from './hearing.ts';
import { echoesOf, noteSent } from './lease.ts';
import { resourcesShown } from './shown.ts';
import type { Heartbeat, State } from './types.ts';

/** What others act on. The rest can wait for the next quantum. */
const URGENT = [
  'unfenced',
  'view',
  'proposal',
  'accepts',
  'claims',
  'joinedIn',
  'barred',
  'placement',
  'repositoryVersion',
  'savedVersion',
  'groups',
  'resources',
  'busy',
  'givenUp',
  'givesOver',
  'devices',
  'inquiries',
  'replies',
  'requests',
  'answers',
] as const satisfies (keyof Heartbeat)[];

type Content = Omit<Heartbeat, 'from' | 'incarnation' | 'serial' | 'since' | 'echoes'>;

const NOBODY: string[] = [];

function contentOf(state: State, nowMs: number): Content {
  const heard = hears(state, nowMs);
  const { version } = state.repository;
  const behind = heard.some((node) => (state.peers[node]?.heartbeat.repositoryVersion ?? version) < version);
  return {
    hears: heard,
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
    repository: behind ? state.repository : null,
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

/** Sends a heartbeat if it is time for one or if there is news; also remembers it, for the next comparison. */
export function tellOthers(draft: Draft, isDue: boolean): boolean {
  const { said } = draft.state;
  const content = contentOf(draft.state, draft.nowMs);
  const isNews = said === null || URGENT.some((field) => !isSame(said[field], content[field]));
  if (isDue || isNews) sendOff(draft, content);
  return isNews;
}

/** Sends a heartbeat now. */
export function say(draft: Draft): void {
  sendOff(draft, contentOf(draft.state, draft.nowMs));
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

/** Same data. What was not changed since is mostly the same object too, which is seen at once. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((one, i) => isSame(one, b[i]));
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => isSame(one[key], other[key]));
}
