/**
 * csadmind: warns when the disk of the store fills up, through enpd and its log, and counts what enpd tells of, for
 * `show-cal`.
 */
import { statfs } from 'node:fs/promises';
import { every, monotonicMs } from '../../../common/clock.ts';
import type { BrokerClient } from '../events/broker-client.ts';
import { TOPICS } from '../events/topics.ts';
import type { Running } from '../program.ts';
import { afterMeasuring, availablePercent, type DiskAlarm } from './disk-alarm.ts';

const PREFIX = 'enp:///ics/';
/** Counts are written down so often, if they have changed, in ms. */
const WRITE_MS = 1000;

export interface AdministeringParts {
  /** csdb. */
  folder: string;
  broker: Pick<BrokerClient, 'publish' | 'subscribe'>;
  alarm: DiskAlarm;
  /** alarm.diskstat.msgalarmstatinterval, in ms. */
  measureMs: number;
  /** Topic → how many since the start. */
  writeCounts(counts: Record<string, number>): void;
  say(text: string): void;
  /** Percent available on the file system of a path. */
  available?: (path: string) => Promise<number>;
}

const availableAt = async (path: string) => availablePercent(await statfs(path));

export async function startAdministering(parts: AdministeringParts): Promise<Running> {
  const counts: Record<string, number> = {};
  let changed = true;
  await parts.broker.subscribe(PREFIX, (topic) => {
    counts[topic] = (counts[topic] ?? 0) + 1;
    changed = true;
  });
  const write = () => {
    if (changed) parts.writeCounts(counts);
    changed = false;
  };
  write();
  const measure = measuring(parts);
  await measure();
  const stops = [every(parts.measureMs, () => void measure()), every(WRITE_MS, write)];
  return {
    stop: async () => {
      for (const stop of stops) stop();
      write();
    },
  };
}

function measuring(parts: AdministeringParts): () => Promise<void> {
  const { folder, broker, alarm, say, available = availableAt } = parts;
  let warned: number | undefined;
  return async () => {
    try {
      const percent = await available(folder);
      const { warn, warnedMs } = afterMeasuring(percent, warned, monotonicMs(), alarm);
      warned = warnedMs;
      if (!warn) return;
      say(`only ${percent.toFixed(0)} % of the disk with ${folder} are available`);
      await broker.publish(TOPICS.disk, { path: folder, available: percent });
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  };
}
