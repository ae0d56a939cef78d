/** Power losses of a store at random moments while clients write, and what is found after each. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { moment, until } from '../../harness/clock.ts';
import { randomFrom } from '../../harness/random.ts';
import { STORE_FILE } from '../../images/node/ics/store/database.ts';
import { readAlone } from '../../images/node/ics/store/reading.ts';
import { connectStore } from '../../images/node/ics/store/remote-store.ts';
import { verifyStore } from '../../images/node/ics/store/verify.ts';
import { SmallDisk } from './small-disk.ts';
import { StoreWriters } from './store-writers.ts';
import { killed, makeBase, type StoredProcess, spawnStored, startedStored } from './stored-process.ts';

const CLIENTS = 8;
const DISK_MIB = 128;
const LATEST_MS = 60;
/** Checkpoints keep SQLite's log below this, in bytes, however often it crashes. */
const LARGEST_LOG = 32 * 2 ** 20;
/** After so many losses everything is compared that was ever written, and otherwise what was written before the loss. */
const EVERYTHING_EACH = 20;
/** A start takes about so long, in ms. */
const LONGEST_START_MS = 250;

export interface Losses {
  losses: number;
  acknowledged: number;
  indeterminate: number;
  /** What was found wrong, a sentence each, with the number of the loss. */
  wrong: string[];
}

export interface LossOptions {
  /** Of csstored, for sabotages. */
  environment?: Record<string, string>;
  /** Run in the place of csstored. */
  program?: string;
  /** The power goes so long after the first write at the latest, in ms. */
  latestMs?: number;
  /** Looks at the disk after a loss, before the store is opened again; returns what is wrong. */
  look?(point: string): Promise<string[]>;
}

/** @param base folder for the configuration of csstored, on a disk that keeps its power. */
export async function losePower(
  base: string,
  seed: number,
  losses: number,
  { environment = {}, program, latestMs = LATEST_MS, look }: LossOptions = {},
): Promise<Losses> {
  const random = randomFrom(seed, 'power losses of a store');
  const writers = new StoreWriters(random);
  const wrong: string[] = [];
  await using disk = await SmallDisk.make(DISK_MIB);
  makeBase(base, { 'caldb.berkeleydb.homedir.path': disk.point });
  const file = join(disk.point, STORE_FILE);
  for (let loss = 0; loss <= losses; loss++) {
    // Some losses come while the store is being opened after the one before.
    if (loss > 0 && random.integer(1, 10) === 1) {
      const starting = spawnStored(base, environment, program);
      await moment(random.integer(1, LONGEST_START_MS));
      await strike(disk, starting, 'SIGKILL');
    }
    if (loss > 0)
      wrong.push(...verifyStore(file, readAlone).map((finding) => `after loss ${loss}: ${finding}`));
    const logBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (logBytes > LARGEST_LOG) wrong.push(`after loss ${loss}: the log has ${logBytes} bytes`);
    if (loss > 0 && look)
      wrong.push(...(await look(disk.point)).map((finding) => `after loss ${loss}: ${finding}`));
    const stored = await startedStored(base, environment, program);
    try {
      const store = await connectStore(stored.socket, { patienceMs: 0 });
      wrong.push(
        ...(await writers.differences(store, loss % EVERYTHING_EACH === 0 || loss === losses)).map(
          (finding) => `after loss ${loss}: ${finding}`,
        ),
      );
      if (loss < losses) {
        const written = writers.write(store, CLIENTS);
        await moment(random.integer(1, latestMs));
        await strike(disk, stored, random.integer(0, 1) === 0 ? 'SIGSTOP' : 'SIGKILL');
        await written;
      }
      await store.close();
    } finally {
      await killed(stored);
    }
  }
  const { acknowledged, indeterminate } = writers;
  return { losses, acknowledged, indeterminate, wrong };
}

/** The disk comes back at once, as its journal has it. */
async function strike(disk: SmallDisk, stored: StoredProcess, signal: 'SIGSTOP' | 'SIGKILL'): Promise<void> {
  await halted(stored, signal);
  await disk.shutDown();
  await killed(stored);
  await disk.unmount();
  await disk.mount();
}

/** What it was about to write must not meet a disk that is gone: the kernel below is shared with everybody. */
async function halted(stored: StoredProcess, signal: 'SIGSTOP' | 'SIGKILL'): Promise<void> {
  stored.child.kill(signal);
  if (signal === 'SIGKILL') {
    await stored.ended;
    return;
  }
  const { pid } = stored.child;
  const states = () => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '')[0];
  await until('csstored is stopped', 10_000, () => states() === 'T' || undefined, {
    everyMs: 1,
    missing: () => `its state is ${states()}`,
  });
}
