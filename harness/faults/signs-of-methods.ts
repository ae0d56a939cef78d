/** How what keeps methods from their work shows to the witness. Pure. */
import { type KindOf, ofKind, type Timeline } from '../timeline.ts';
import { ms } from '../wording.ts';
import type { Signs, Verification } from './verification.ts';

const missing = (detail: string): Verification => ({ verified: false, detail });

const HAS_PORT = /^port-taker has port \d+/;
const isServer = ({ command }: { command: string }) => /\/lib\/cshttpd\.ts\b/.test(command);

function processes(timeline: Timeline, node: string, fromMs: number): KindOf<'processes'>[] {
  return ofKind(timeline, 'processes').filter((event) => event.node === node && event.atMs >= fromMs);
}

/** The web server that ran there gone, and another program that has its port. */
export const portTaken: Signs = {
  applied: (timeline, { target, appliedMs }) => {
    const seen = processes(timeline, target, appliedMs);
    const taken = seen.find((event) => event.processes.some(({ command }) => HAS_PORT.test(command)));
    if (taken === undefined)
      return missing(`the witness saw no program on ${target} that has taken the server's port`);
    const before = ofKind(timeline, 'processes').findLast(
      (event) => event.node === target && event.atMs <= appliedMs,
    );
    const pids = before?.processes.filter(isServer).map(({ pid }) => pid) ?? [];
    const gone = seen.find((event) => !event.processes.some(({ pid }) => pids.includes(pid)));
    if (gone === undefined) return missing(`the witness did not see the web server on ${target} go`);
    const server = pids.length === 0 ? 'no web server ran there' : `web server gone at ${ms(gone.atMs)}`;
    return { verified: true, detail: `${server}, its port with another program at ${ms(taken.atMs)}` };
  },
  undone: (timeline, { target, undoneMs }) => {
    const free = processes(timeline, target, undoneMs).find(
      (event) => !event.processes.some(({ command }) => HAS_PORT.test(command)),
    );
    return free === undefined
      ? missing(`the witness still sees the program on ${target} that has taken the port`)
      : { verified: true, detail: `that program gone at ${ms(free.atMs)}` };
  },
};

const HANGS = /^# start-hangs$/m;

export const startHangs: Signs = {
  applied: (timeline, { target, appliedMs }) => {
    const files = ofKind(timeline, 'file').filter(({ node }) => node === target);
    const replaced = files.find(({ atMs, text }) => atMs >= appliedMs && HANGS.test(text ?? ''));
    if (replaced === undefined) return missing(`the witness did not see start-cal on ${target} replaced`);
    return { verified: true, detail: `${replaced.path} hangs from ${ms(replaced.atMs)} on` };
  },
  undone: (timeline, { target, undoneMs }) => {
    const files = ofKind(timeline, 'file').filter(({ node }) => node === target);
    const back = files.find(({ atMs, text }) => atMs >= undoneMs && text !== null && !HANGS.test(text));
    return back === undefined
      ? missing(`the witness did not see start-cal on ${target} as it was`)
      : { verified: true, detail: `as it was at ${ms(back.atMs)}` };
  },
};

/** One device mounted a second time, below its first place. */
const isInside = ({ mounts }: KindOf<'mounts'>) =>
  mounts.some((inner) =>
    mounts.some(({ point, device }) => device === inner.device && inner.point.startsWith(`${point}/`)),
  );

export const busyFileSystem: Signs = {
  applied: (timeline, { target, appliedMs }) => {
    const busy = ofKind(timeline, 'mounts').find(
      (event) => event.node === target && event.atMs >= appliedMs && isInside(event),
    );
    return busy === undefined
      ? missing(`the witness did not see a mount inside a file system of ${target}`)
      : { verified: true, detail: `a mount inside a file system of ${target} at ${ms(busy.atMs)}` };
  },
  undone: (timeline, { target, undoneMs }) => {
    const free = ofKind(timeline, 'mounts').find(
      (event) => event.node === target && event.atMs >= undoneMs && !isInside(event),
    );
    return free === undefined
      ? missing(`the witness still sees a mount inside a file system of ${target}`)
      : { verified: true, detail: `gone at ${ms(free.atMs)}` };
  },
};
