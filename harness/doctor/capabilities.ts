/** Does a container really get the capabilities that a drill's containers ask for? */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { NODE_CAPABILITIES, WITNESS_CAPABILITIES } from '../containers/privileges.ts';
import { sweep } from '../engine/cleanup.ts';
import type { Finding } from '../engine/doctor.ts';
import type { Engine, Progress } from '../engine/engine.ts';
import { ensureImages } from '../engine/images.ts';
import { labelsOf } from '../engine/labels.ts';
import { startWatchdog } from '../engine/watchdog.ts';
import { uniqueName } from '../random.ts';

/** Numbers of the capabilities in a set of /proc/PID/status (linux/capability.h). */
const BITS: Record<string, bigint> = {
  NET_ADMIN: 12n,
  NET_RAW: 13n,
  SYS_PTRACE: 19n,
  SYS_ADMIN: 21n,
  SYS_NICE: 23n,
  MKNOD: 27n,
};

export async function capabilities(engine: Engine, progress: Progress): Promise<Finding> {
  const { witness } = await ensureImages(engine, progress);
  const wanted = [...new Set([...NODE_CAPABILITIES, ...WITNESS_CAPABILITIES])].sort();
  const run = `doctor-${uniqueName()}`;
  await using _watchdog = await startWatchdog(run, engine);
  progress('asking for capabilities');
  try {
    const container = await engine.docker.createContainer({
      Image: witness,
      Cmd: ['cat', '/proc/self/status'],
      Labels: labelsOf(run),
      HostConfig: {
        NetworkMode: 'none',
        PidMode: 'host',
        CapAdd: wanted,
        SecurityOpt: ['apparmor=unconfined'],
      },
    });
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const said = new PassThrough();
    engine.docker.modem.demuxStream(stream, said, said);
    stream.on('end', () => said.end());
    await container.start();
    const missing = missingFrom(await text(said), wanted);
    const ok = missing.length === 0;
    const found = ok
      ? `${wanted.join(', ')}, the host's process namespace`
      : `not granted: ${missing.join(', ')}`;
    return {
      name: 'capabilities',
      ok,
      found,
      wayOut: ok ? '' : 'use an engine that runs as root, without a policy that takes these away',
    };
  } finally {
    await sweep(engine.docker, { run });
  }
}

/** The wanted capabilities that the effective set in a /proc/PID/status lacks. */
export function missingFrom(status: string, wanted: readonly string[]): string[] {
  const set = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return wanted.filter((name) => ((set >> (BITS[name] ?? 63n)) & 1n) === 0n);
}
