/**
 * What runs on a node in place of the cluster software when a test tries the storage below it: a few orders that it
 * would give, and a program that writes. The text of this file is the node's command, so it imports only types.
 */
import type { Arrays } from '../../images/node/cluster/arrays.ts';
import type { NodeConfig } from '../../images/node/config.ts';

const images = '/opt/ha-drills/images';
const { serveOrders, tell } = await import(`${images}/common/tell.ts`);
const { run } = await import(`${images}/common/run.ts`);
const { ArrayVolumes } = await import(`${images}/node/cluster/volumes-on-arrays.ts`);
const { readConfig } = await import(`${images}/node/config.ts`);
const fs = await import('node:fs');
const { open } = await import('node:fs/promises');

const config: NodeConfig = readConfig();
const RECORD_BYTES = 64;
const SCATTER_BYTES = 12 * 2 ** 20;
const BLOCK = 4096;

const arrays: Arrays = new (await import(`${images}/node/cluster/arrays.ts`)).Arrays(config);
const volumes = new ArrayVolumes(config, arrays);

async function mount({ group, volume, point }: Record<string, unknown>): Promise<string> {
  await volumes.master(String(group));
  const device = await volumes.open(String(group), String(volume)).catch(async (error: Error) => {
    await volumes.release(String(group));
    throw error;
  });
  await run('e2fsck', ['-p', device], { accept: [0, 1] });
  fs.mkdirSync(String(point), { recursive: true });
  await run('mount', ['-t', 'ext4', '-o', 'errors=remount-ro', device, String(point)]);
  return device;
}

async function close({ group, volume }: Record<string, unknown>): Promise<void> {
  await volumes.close(String(group), String(volume));
  await volumes.release(String(group));
}

/** Not the random module, which is the harness's; all that counts is that it jumps about. */
let seed = 1;
function somewhere(blocks: number): number {
  seed = (seed * 1103515245 + 12345) % 2 ** 31;
  return seed % blocks;
}

let writing = false;
let written: Promise<{ acknowledged: number; error: string }> | undefined;

/** Appends records, each made durable before it is told, and changes blocks all over a second file. */
async function write(point: string): Promise<{ acknowledged: number; error: string }> {
  let acknowledged = count(`${point}/records`);
  try {
    await using records = await open(`${point}/records`, 'a');
    await using scatter = await open(`${point}/scatter`, fs.existsSync(`${point}/scatter`) ? 'r+' : 'w+');
    while (writing) {
      const block = Buffer.alloc(BLOCK, acknowledged % 256);
      await scatter.write(block, 0, BLOCK, somewhere(SCATTER_BYTES / BLOCK) * BLOCK);
      await records.write(`${String(acknowledged).padEnd(RECORD_BYTES - 1)}\n`);
      await records.sync();
      acknowledged += 1;
      tell({ kind: 'log', text: `acknowledged ${acknowledged}` });
    }
    return { acknowledged, error: '' };
  } catch (error) {
    return { acknowledged, error: String(error) };
  }
}

/** How many records are there, one after another as they were written. */
function count(file: string): number {
  if (!fs.existsSync(file)) return 0;
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const wrong = lines.findIndex(
    (line, index) => line.trim() !== String(index) || line.length !== RECORD_BYTES - 1,
  );
  return wrong < 0 ? lines.length : wrong;
}

tell({ kind: 'log', text: 'driver is up' });
await serveOrders(
  {
    join: async ({ generation }: Record<string, unknown>) => {
      const done = await Promise.allSettled(
        arrays.luns.map((lun) => arrays.register(lun, Number(generation))),
      );
      return done.filter(({ status }) => status === 'fulfilled').length;
    },
    preempt: async ({ victim, generation }: Record<string, unknown>) => {
      const done = await Promise.allSettled(
        arrays.luns.map((lun) => arrays.preempt(lun, [String(victim)], Number(generation))),
      );
      return done.filter(({ status }) => status === 'fulfilled').length;
    },
    mount,
    unmount: async ({ group, volume, point }: Record<string, unknown>) => {
      await run('umount', [String(point)]);
      await close({ group, volume });
    },
    /** After the disk is gone: what a clean unmount would wait for will not come. */
    'give-up': async ({ point }: Record<string, unknown>) => {
      await run('umount', ['-f', String(point)]);
    },
    close,
    /** To an array that was lost when it was time to. */
    'release-late': ({ array }: Record<string, unknown>) => arrays.releaseLate(String(array)),
    mirrors: () => volumes.mirrors(),
    count: ({ point }: Record<string, unknown>) => count(`${point}/records`),
    write: ({ point }: Record<string, unknown>) => {
      writing = true;
      written = write(String(point));
    },
    stop: async () => {
      writing = false;
      return await written;
    },
    /** Waits for the writing to fail by itself. */
    ended: () => written,
    sync: async () => {
      await run('sync', []).catch(() => undefined);
    },
  },
  () => process.exit(0),
);
