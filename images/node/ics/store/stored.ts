/** What csstored is made of: the store opened, its group commit, its local socket. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { acknowledgingEarly } from './broken-store.ts';
import { LocalStore } from './local-store.ts';
import { openStore } from './open-store.ts';
import { serveStore } from './server.ts';

export interface StoredOptions {
  /** csdb. */
  folder: string;
  /** Path of the local socket. */
  socket: string;
  /** A line for the log. */
  say(line: string): void;
  /** The store cannot go on. */
  broken(reason: unknown): void;
  /** Sabotages. */
  acknowledgeEarly?: boolean;
  times?: number;
}

/** Resolves once it serves. @throws StoreInUse, StoreRefused */
export async function startStored(options: StoredOptions): Promise<{ stop(): Promise<void> }> {
  mkdirSync(dirname(options.socket), { recursive: true });
  const { database, lock, report } = openStore(options.folder, options.times);
  options.say(report);
  const local = new LocalStore(database, { broken: options.broken });
  const server = await serveStore(
    options.acknowledgeEarly ? acknowledgingEarly(local) : local,
    options.socket,
  );
  return {
    stop: async () => {
      await server.close();
      await local.close();
      lock.release();
    },
  };
}
