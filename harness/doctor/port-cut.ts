/** The doctor's hardest question: can this kernel and engine really make a disk, and really cut a port to it? */
import { startLoneArray } from '../containers/lone-array.ts';
import { sweep } from '../engine/cleanup.ts';
import type { Finding } from '../engine/doctor.ts';
import type { Engine, Progress } from '../engine/engine.ts';
import { ensureImages } from '../engine/images.ts';
import { startWatchdog } from '../engine/watchdog.ts';
import { messageOf } from '../errors.ts';
import { uniqueName } from '../random.ts';

interface Trial {
  ports: 'plain' | 'stacked';
  wroteBefore: boolean;
  errorAfter: string;
}

/** Makes a LUN on a scratch array, mounts it, writes, cuts its port, and sees whether writing fails from then on. */
export async function portCut(engine: Engine, progress: Progress): Promise<Finding> {
  const images = await ensureImages(engine, progress);
  const run = `doctor-${uniqueName()}`;
  await using _watchdog = await startWatchdog(run, engine);
  progress('cutting a port of a scratch LUN');
  const heard: string[] = [];
  try {
    const content = { directories: [], files: {} };
    const options = { run, image: images.array, stackedPorts: false, lun: 'trial', content };
    const array = await startLoneArray(engine, options, ({ line }) => heard.push(line));
    const { ports, wroteBefore, errorAfter } = (await array.channel.order('trial', { lun: 'trial' }))
      .value as Trial;
    const ok = wroteBefore && errorAfter !== '';
    const found = ok
      ? `a mounted disk was cut (${ports} ports): writing fails with ${errorAfter}`
      : 'a cut port still takes writes';
    return {
      name: 'port cut',
      ok,
      found,
      wayOut: ok ? '' : 'report this kernel: drills would not prove anything on it',
    };
  } catch (error) {
    const said = heard.slice(-3).join(' ');
    return {
      name: 'port cut',
      ok: false,
      found: `${messageOf(error)} ${said}`.trim(),
      wayOut: 'loop devices, mount and mknod must be allowed in containers with SYS_ADMIN and MKNOD',
    };
  } finally {
    await sweep(engine.docker, { run });
  }
}
