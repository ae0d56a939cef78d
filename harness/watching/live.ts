/** What a drill writes down while it is under way, for whoever watches: `live.jsonl` in its folder, gone when it ends. */
import type { AnyEvent } from '../../images/common/protocol.ts';
import type { TimelineEvent } from '../timeline.ts';

export const LIVE_FILE = 'live.jsonl';

/** Which cluster it is; written again when more of it is known. */
export interface About {
  kind: 'about';
  drill: string;
  model: string;
  /** The run's beginning on this host's monotonic clock, in ms. */
  originMs: number;
  nodes: string[];
  services: { name: string; address: string; mountPoint: string }[];
}

/** Operations of one service since the last such line. */
export interface Served {
  kind: 'served';
  atMs: number;
  service: string;
  ok: number;
  other: number;
}

export type LiveLine = About | Served | TimelineEvent;

/** What a watcher shows. The rest is much, and for checkers. */
const shown: ReadonlySet<AnyEvent['kind']> = new Set([
  ...([
    'mounts',
    'addresses',
    'node-seen',
    'node-gone',
    'up',
    'suspected',
    'view',
    'fenced',
    'panic',
  ] as const),
  ...(['method-begin', 'method-end', 'group-state', 'array-lost', 'array-back', 'port-cut'] as const),
  ...(['step', 'stage', 'fault', 'command', 'boot', 'problem', 'client-started', 'client-stopped'] as const),
]);

export function isShown({ kind }: Pick<TimelineEvent, 'kind'>): boolean {
  return shown.has(kind);
}

/** The lines of a text that ends with one; what is no JSON is left out. */
export function linesIn(text: string): LiveLine[] {
  return text.split('\n').flatMap(lineIn);
}

function lineIn(text: string): LiveLine[] {
  try {
    const line = JSON.parse(text) as LiveLine | null;
    return typeof line?.kind === 'string' ? [line] : [];
  } catch {
    return [];
  }
}
