/** What checks of upgrades have in common: which node had which patches when, and which version answered users. */
import { type Operation, operationsOf } from '../outage.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { commandsOf, type Typed } from './commands.ts';

/** A command of the patch tool that succeeded. */
export interface Patching extends Typed {
  /** Ids of patches. */
  patches: string[];
  adds: boolean;
}

export function patchingsOf(timeline: Timeline): Patching[] {
  return commandsOf(timeline, /^patch(add|rm) /).flatMap((one) => {
    if (one.exit !== 0) return [];
    const patches = one.line.match(/\b\d{6}-\d{2}\b/g) ?? [];
    return [{ ...one, patches, adds: one.line.startsWith('patchadd') }];
  });
}

/** Patches that a node has at a moment, by what its operators did. */
export function patchesOn(timeline: Timeline, node: string, atMs: number): Set<string> {
  const patches = new Set<string>();
  for (const one of patchingsOf(timeline).filter((each) => each.node === node && each.endMs <= atMs))
    for (const id of one.patches)
      if (one.adds) patches.add(id);
      else patches.delete(id);
  return patches;
}

/** A switchover of a service's group to a node. */
export interface Move extends Typed {
  target: string;
}

export function movesOf(timeline: Timeline, { name }: ServiceFacts): Move[] {
  return commandsOf(timeline, new RegExp(`^scswitch -z -g ${name} -h \\S+$`)).map((one) => ({
    ...one,
    target: one.line.split(' ').at(-1) ?? '',
  }));
}

/** Operations that a server answered with success, in the order of the answers. */
export function answeredBy(timeline: Timeline, service: ServiceFacts): Operation[] {
  return operationsOf(timeline, service, 'write', 'read')
    .filter(({ outcome, version }) => outcome === 'ok' && version)
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** A time in which one version on one node answered. */
export interface Served {
  node: string;
  version: string;
  fromMs: number;
  untilMs: number;
  answers: number;
}

export function servedSpans(timeline: Timeline, service: ServiceFacts): Served[] {
  const spans: Served[] = [];
  for (const { node, version = '', atMs } of answeredBy(timeline, service)) {
    const last = spans.at(-1);
    if (last?.node === node && last.version === version) {
      last.untilMs = atMs;
      last.answers += 1;
    } else spans.push({ node, version, fromMs: atMs, untilMs: atMs, answers: 1 });
  }
  return spans;
}

/** The patch list of a node's package record, as the witness read it last by then; null when it never did. */
export function recordedPatches(timeline: Timeline, node: string, atMs: number): string | null {
  const seen = ofKind(timeline, 'file-seen').findLast(
    (event) => event.node === node && event.path.endsWith('/pkginfo') && event.atMs <= atMs,
  );
  return seen === undefined ? null : (/^PATCHLIST=(.*)$/m.exec(seen.content)?.[1] ?? '');
}
