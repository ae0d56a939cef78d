/** How what keeps methods from their work shows to the witness. Pure. */
import { type KindOf, ofKind, type Timeline } from '../timeline.ts';
import { ms } from '../wording.ts';
import { missing, type Signs, seen } from './told-fault.ts';

const HAS_PORT = /^port-taker has port \d+/;
const isServer = ({ command }: { command: string }) => /\/lib\/cshttpd\.ts\b/.test(command);

function processes(timeline: Timeline, node: string, fromMs: number): KindOf<'processes'>[] {
  return ofKind(timeline, 'processes').filter((event) => event.node === node && event.atMs >= fromMs);
}

/** The web server that ran there gone, and another program that has its port. */
const portTaken: Signs = {
  applied: (timeline, { target, appliedMs }) => {
    const after = processes(timeline, target, appliedMs);
    const taken = after.find((event) => event.processes.some(({ command }) => HAS_PORT.test(command)));
    if (taken === undefined)
      return missing(`the witness saw no program on ${target} that has taken the server's port`);
    const before = ofKind(timeline, 'processes').findLast(
      (event) => event.node === target && event.atMs <= appliedMs,
    );
    const pids = before?.processes.filter(isServer).map(({ pid }) => pid) ?? [];
    const gone = after.find((event) => !event.processes.some(({ pid }) => pids.includes(pid)));
    if (gone === undefined) return missing(`the witness did not see the web server on ${target} go`);
    const server = pids.length === 0 ? 'no web server ran there' : `web server gone at ${ms(gone.atMs)}`;
    return seen(`${server}, its port with another program at ${ms(taken.atMs)}`);
  },
  undone: (timeline, { target, undoneMs }) => {
    const free = processes(timeline, target, undoneMs).find(
      (event) => !event.processes.some(({ command }) => HAS_PORT.test(command)),
    );
    return free === undefined
      ? missing(`the witness still sees the program on ${target} that has taken the port`)
      : seen(`that program gone at ${ms(free.atMs)}`);
  },
};

const HANGS = /^# start-hangs$/m;

const startHangs: Signs = {
  applied: (timeline, { target, appliedMs }) => {
    const files = ofKind(timeline, 'file').filter(({ node }) => node === target);
    const replaced = files.find(({ atMs, text }) => atMs >= appliedMs && HANGS.test(text ?? ''));
    if (replaced === undefined) return missing(`the witness did not see start-cal on ${target} replaced`);
    return seen(`${replaced.path} hangs from ${ms(replaced.atMs)} on`);
  },
  undone: (timeline, { target, undoneMs }) => {
    const files = ofKind(timeline, 'file').filter(({ node }) => node === target);
    const back = files.find(({ atMs, text }) => atMs >= undoneMs && text !== null && !HANGS.test(text));
    return back === undefined
      ? missing(`the witness did not see start-cal on ${target} as it was`)
      : seen(`as it was at ${ms(back.atMs)}`);
  },
};

/** One device mounted a second time, below its first place. */
const isInside = ({ mounts }: KindOf<'mounts'>) =>
  mounts.some((inner) =>
    mounts.some(({ point, device }) => device === inner.device && inner.point.startsWith(`${point}/`)),
  );

const busyFileSystem: Signs = {
  applied: (timeline, { target, appliedMs }) => {
    const busy = ofKind(timeline, 'mounts').find(
      (event) => event.node === target && event.atMs >= appliedMs && isInside(event),
    );
    return busy === undefined
      ? missing(`the witness did not see a mount inside a file system of ${target}`)
      : seen(`a mount inside a file system of ${target} at ${ms(busy.atMs)}`);
  },
  undone: (timeline, { target, undoneMs }) => {
    const free = ofKind(timeline, 'mounts').find(
      (event) => event.node === target && event.atMs >= undoneMs && !isInside(event),
    );
    return free === undefined
      ? missing(`the witness still sees a mount inside a file system of ${target}`)
      : seen(`gone at ${ms(free.atMs)}`);
  },
};

/** By the fault's name. */
export const signsOfMethods: Record<string, Signs> = {
  'port-taken': portTaken,
  'start-hangs': startHangs,
  'busy-file-system': busyFileSystem,
};
