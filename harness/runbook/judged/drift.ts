/** Configuration drift: what nodes have otherwise than each other, or than at the start, as unified diffs. Pure. */
import { createTwoFilesPatch } from 'diff';
import { type KindOf, ofKind, type Timeline } from '../../timeline.ts';

export type Snapshot = KindOf<'snapshot'>;

export interface Drift {
  /** As "Node2 against Node1", or "Node1 since the start". */
  what: string;
  path: string;
  diff: string;
}

/** What differs by nature: logs, numbers of processes, what a machine is called, and the cluster's own memory. */
const BY_NATURE = [
  /\.(log|pid|lock|new|old|bak|cache|sock)$/,
  /\/(logs?|tmp|run|lost\+found)(\/|$)/,
  /^\/etc\/(hostname|hosts|resolv\.conf|mtab|machine-id|ld\.so\.cache|adjtime|\.pwd\.lock|.*-)$/,
  /^\/etc\/cluster(\/|$)/,
  /^\/var\/cluster(\/|$)/,
  /^\/var\/sadm\/install(\/|$)/,
  /\/compile-cache(\/|$)/,
];

export function snapshotAt(timeline: Timeline, when: Snapshot['when']): Snapshot | undefined {
  return ofKind(timeline, 'snapshot').findLast((one) => one.when === when);
}

/** Each node against the first. What stands on shared disks belongs to no node. */
export function betweenNodes(snapshot: Snapshot, nodes: readonly string[]): Drift[] {
  const [first, ...others] = snapshot.nodes.filter(({ node }) => nodes.includes(node));
  if (first === undefined) return [];
  return others.flatMap(({ node, files }) => {
    const what = `${node} against ${first.node}`;
    const cluster = ['', ' packages'].flatMap((kind) =>
      textDrift(
        what,
        kind === '' ? 'scrgadm -pvv' : 'packages',
        snapshot.cluster[`${first.node}${kind}`],
        snapshot.cluster[`${node}${kind}`],
      ),
    );
    return [...filesDrift(what, [first.files, snapshot], [files, snapshot]), ...cluster];
  });
}

/** Every node, and what services have on their disks, against what it was. */
export function sinceStart(start: Snapshot, now: Snapshot): Drift[] {
  const files = now.nodes.flatMap(({ node, files: after }) => {
    const before = start.nodes.find((one) => one.node === node)?.files;
    return before === undefined ? [] : filesDrift(`${node} since the start`, [before, start], [after, now]);
  });
  const cluster = Object.entries(now.cluster).flatMap(([of, text]) => {
    const [node = '', kind] = of.split(' ');
    const before = start.cluster[of];
    return before === undefined
      ? []
      : textDrift(`${node} since the start`, kind ?? 'scrgadm -pvv', before, text);
  });
  return [...files, ...onceOnly(cluster)];
}

/** The cluster's configuration is the same on all nodes: that it changed is said once. */
function onceOnly(cluster: readonly Drift[]): Drift[] {
  const seen = new Set<string>();
  return cluster.filter(({ path, diff }) => {
    const key = `${path}\n${diff.replaceAll(/^(---|\+\+\+).*$/gm, '')}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

type Of = [files: Record<string, string>, snapshot: Snapshot];

function filesDrift(what: string, [before, inBefore]: Of, [after, inAfter]: Of): Drift[] {
  const isOnOneSide = (path: string) => before[path] === undefined || after[path] === undefined;
  const differing = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((path) => before[path] !== after[path] && !BY_NATURE.some((one) => one.test(path)))
    .sort();
  // An empty folder that tools leave behind is nothing that anybody would have to put right.
  const isEmpty = (path: string) =>
    !differing.some((other) => !other.endsWith('/') && other.startsWith(path));
  const paths = differing.filter((path) => !(path.endsWith('/') && isOnOneSide(path) && isEmpty(path)));
  // Of a folder that is there on one side alone, its own line says enough.
  const alone = paths.filter((path) => path.endsWith('/') && isOnOneSide(path));
  return paths
    .filter((path) => !alone.some((folder) => path !== folder && path.startsWith(folder)))
    .map((path) => ({
      what,
      path,
      diff: fileDiff(path, before[path], after[path], { ...inBefore.texts, ...inAfter.texts }),
    }));
}

function fileDiff(
  path: string,
  before: string | undefined,
  after: string | undefined,
  texts: Record<string, string>,
): string {
  const textOf = (entry: string | undefined) => (entry === undefined ? '' : texts[entry.split(' ')[0] ?? '']);
  const [one, other] = [textOf(before), textOf(after)];
  const isText = one !== undefined && other !== undefined && !path.endsWith('/') && one !== other;
  if (isText) return unified(path, one, other, before === undefined, after === undefined);
  return `--- ${path}\n+++ ${path}\n-${before ?? 'not there'}\n+${after ?? 'not there'}\n`;
}

function unified(path: string, before: string, after: string, isNew = false, isGone = false): string {
  const patch = createTwoFilesPatch(
    isNew ? '/dev/null' : path,
    isGone ? '/dev/null' : path,
    before,
    after,
    '',
    '',
    {
      context: 2,
    },
  );
  return patch.replace(/^(Index: .*\n)?=+\n/, '').replaceAll(/^((?:---|\+\+\+) \S+)\t?$/gm, '$1');
}

function textDrift(what: string, path: string, before = '', after = ''): Drift[] {
  return before === after ? [] : [{ what, path, diff: unified(path, before, after) }];
}
