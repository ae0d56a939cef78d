/** From what a drill has written down so far to what is the case now: per node, per service. Pure. */

import type { TimelineEvent } from '../timeline.ts';
import { several } from '../wording.ts';
import type { About, LiveLine, Served } from './live.ts';

export interface NodePicture {
  name: string;
  state: 'not seen' | 'up' | 'gone' | 'hung';
  /** What of which service it has, as the witness sees it. */
  owns: string[];
  /** The last things that it did or that were done to it, the newest first. */
  last: { atMs: number; text: string }[];
}

export interface ServicePicture {
  name: string;
  state: 'no load' | 'served' | 'cut off';
  /** Operations of the last second. */
  ok: number;
  other: number;
  /** When the last operation succeeded, in ms since the run began; null when none has. */
  lastOkMs: number | null;
}

export interface Picture {
  about: About;
  /** The drill's own last word, and when. */
  step: { atMs: number; text: string } | null;
  nodes: NodePicture[];
  services: ServicePicture[];
}

/** How many of a node's last events are shown. */
const SHOWN = 2;
const SECOND_MS = 1000;

/** Undefined while nothing is known of the cluster. */
export function pictureOf(lines: readonly LiveLine[], nowMs: number): Picture | undefined {
  const about = lines.findLast((line) => line.kind === 'about');
  if (about === undefined) return undefined;
  const events = lines.filter((line) => line.kind !== 'about' && line.kind !== 'served');
  const served = lines.filter((line) => line.kind === 'served');
  const steps = events.flatMap((event) => {
    const text = drillInWords(event);
    return text === undefined ? [] : [{ atMs: event.atMs, text }];
  });
  return {
    about,
    step: steps.at(-1) ?? null,
    nodes: about.nodes.map((name) => nodeOf(name, events, about)),
    services: about.services.map(({ name }) =>
      serviceOf(
        name,
        served.filter(({ service }) => service === name),
        nowMs,
        events.some(({ kind }) => kind === 'client-stopped'),
      ),
    ),
  };
}

function nodeOf(name: string, events: readonly TimelineEvent[], about: About): NodePicture {
  const state = stateOf(name, events);
  const last = events
    .flatMap((event) => {
      const text = nodeInWords(name, event);
      return text === undefined ? [] : [{ atMs: event.atMs, text }];
    })
    .slice(-SHOWN)
    .toReversed();
  return { name, state, owns: state === 'up' || state === 'hung' ? ownsOf(name, events, about) : [], last };
}

/** What hangs is still there to the witness: that it hangs is known from whoever made it hang. */
function stateOf(name: string, events: readonly TimelineEvent[]): NodePicture['state'] {
  const seen = events.findLast(
    (event) => (event.kind === 'node-seen' || event.kind === 'node-gone') && event.node === name,
  );
  if (seen === undefined) return 'not seen';
  if (seen.kind === 'node-gone') return 'gone';
  const hang = events.findLast(
    (event) => event.kind === 'fault' && event.fault === 'hang' && event.target === name,
  );
  const isHung =
    hang?.kind === 'fault' &&
    (hang.stage === 'applied' || hang.stage === 'complete') &&
    hang.atMs > seen.atMs;
  return isHung ? 'hung' : 'up';
}

function ownsOf(name: string, events: readonly TimelineEvent[], { services }: About): string[] {
  const addresses = events.findLast((event) => event.kind === 'addresses' && event.node === name);
  const mounts = events.findLast((event) => event.kind === 'mounts' && event.node === name);
  const held = addresses?.kind === 'addresses' ? addresses.addresses.map((one) => one.split('/')[0]) : [];
  const mounted = mounts?.kind === 'mounts' ? mounts.mounts.filter(({ cut }) => !cut) : [];
  return services.flatMap(({ name: service, address, mountPoint }) => {
    const parts = [
      ...(address !== '' && held.includes(address) ? ['address'] : []),
      ...(mounted.some(({ point }) => point === mountPoint) ? [mountPoint] : []),
    ];
    return parts.length === 0 ? [] : [`${service} (${parts.join(', ')})`];
  });
}

function serviceOf(name: string, served: readonly Served[], nowMs: number, isOver: boolean): ServicePicture {
  const recent = served.filter(({ atMs }) => atMs > nowMs - SECOND_MS);
  const sum = (what: 'ok' | 'other') => recent.reduce((total, line) => total + line[what], 0);
  const [ok, other] = [sum('ok'), sum('other')];
  // While operations wait for their answers there is nothing to count, and users are cut off all the same.
  const isCut = other > 0 || (served.length > 0 && !isOver);
  const state = ok > 0 ? 'served' : isCut ? 'cut off' : 'no load';
  return { name, state, ok, other, lastOkMs: served.findLast((line) => line.ok > 0)?.atMs ?? null };
}

function drillInWords(event: TimelineEvent): string | undefined {
  if (event.kind === 'step' || event.kind === 'problem') return event.text;
  if (event.kind === 'fault' && event.stage === 'applied') return `${event.fault} on ${event.target}`;
  if (event.kind === 'array-lost') return `${event.source} is lost`;
  return event.kind === 'array-back' ? `${event.source} is back` : undefined;
}

/** What an event says of a node, whoever tells it. */
function nodeInWords(name: string, event: TimelineEvent): string | undefined {
  if (event.kind === 'node-gone' && event.node === name) return 'is gone';
  if (event.kind === 'fault' && event.target === name) return `${event.fault} ${event.stage}`;
  if (event.kind === 'port-cut' && event.node === name) return `its port to ${event.lun} is cut`;
  if (event.kind === 'boot' && event.nodes.includes(name)) return 'is switched on';
  if (event.kind === 'command' && event.node === name)
    return `# ${event.line}${event.stage === 'end' ? ` → ${event.exit}` : ''}`;
  return event.source === name ? ownInWords(event) : undefined;
}

function ownInWords(event: TimelineEvent): string | undefined {
  switch (event.kind) {
    case 'up':
      return 'has booted';
    case 'suspected':
      return `does not hear ${event.peer}`;
    case 'view':
      return `sees ${several(event.members.length, 'member')}: ${event.members.join(', ')}${event.quorum ? '' : ', no quorum'}`;
    case 'fenced':
      return `fenced ${event.victims.join(', ')}`;
    case 'panic':
      return `panics: ${event.reason}`;
    case 'method-begin':
      return `${event.method} of ${event.group} begins`;
    case 'method-end':
      return `${event.method} of ${event.group} ${event.ok ? 'is done' : `failed: ${event.message}`}`;
    case 'group-state':
      return `${event.group} is ${event.state}`;
    default:
      return undefined;
  }
}
