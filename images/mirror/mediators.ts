/**
 * Mediators: the nodes take note of each volume's newest state replica. With one of two halves gone, the other cannot
 * tell by itself whether it was left behind; the nodes can. A node that is cut off from the others is none to be asked:
 * it has no quorum and so assembles nothing.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { every } from '../common/clock.ts';
import type { Replica } from '../common/replica.ts';
import { call } from './calls.ts';

export const MEDIATOR_PORT = 3262;
/** A peer on the same network answers in a few ms; one without power never does. */
const PEER_TIMEOUT_MS = 300;
const RETRY_MS = 1000;

export class Mediators {
  readonly #file: string;
  readonly #peers: Peer[];
  readonly #noted: Map<string, Replica>;
  #saving: Promise<void> = Promise.resolve();

  /** `peers`: the other nodes and their addresses. `file`: outlives this process. */
  constructor(peers: Record<string, string>, file: string) {
    this.#file = file;
    this.#peers = Object.entries(peers).map(([name, host]) => new Peer(name, host));
    this.#noted = load(file);
    every(RETRY_MS, () => {
      for (const peer of this.#peers) void peer.pay();
    });
  }

  /** Has this node and the others take note; those that do not answer are told later, as soon as they do. */
  async note(replica: Replica): Promise<void> {
    await Promise.all([this.take(replica), ...this.#peers.map((peer) => peer.tell(replica))]);
  }

  /** Takes note here, unless what is noted is newer. */
  async take(replica: Replica): Promise<void> {
    const known = this.#noted.get(replica.volume);
    if (known !== undefined && known.events >= replica.events) return;
    this.#noted.set(replica.volume, replica);
    this.#saving = this.#saving.then(() => save(this.#file, [...this.#noted.values()]));
    await this.#saving;
  }

  own(volume: string): Replica[] {
    const noted = this.#noted.get(volume);
    return noted === undefined ? [] : [noted];
  }

  /** What this node and those that answer have noted. */
  async known(volume: string): Promise<Replica[]> {
    const others = await Promise.all(this.#peers.map((peer) => peer.ask(volume)));
    return [...this.own(volume), ...others.flat()];
  }
}

class Peer {
  readonly #to: { host: string; port: number; name: string; timeoutMs: number };
  readonly #owed = new Map<string, Replica>();
  /** It did not answer last time: nobody waits for it until it does. */
  #silent = false;

  constructor(name: string, host: string) {
    this.#to = { host, port: MEDIATOR_PORT, name, timeoutMs: PEER_TIMEOUT_MS };
  }

  async tell(replica: Replica): Promise<void> {
    this.#owed.set(replica.volume, replica);
    const told = this.pay();
    if (!this.#silent) await told;
  }

  async pay(): Promise<void> {
    for (const [volume, replica] of [...this.#owed]) {
      try {
        await call(this.#to, '/note', replica);
        this.#silent = false;
        if (this.#owed.get(volume) === replica) this.#owed.delete(volume);
      } catch {
        this.#silent = true;
      }
    }
  }

  async ask(volume: string): Promise<Replica[]> {
    try {
      const { noted } = await call<{ noted: Replica[] }>(this.#to, '/noted', { volume });
      this.#silent = false;
      return noted;
    } catch {
      this.#silent = true;
      return [];
    }
  }
}

function load(file: string): Map<string, Replica> {
  try {
    const noted = JSON.parse(readFileSync(file, 'utf8')) as Replica[];
    return new Map(noted.map((one) => [one.volume, one]));
  } catch {
    return new Map();
  }
}

async function save(file: string, noted: Replica[]): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  {
    await using written = await open(`${file}.new`, 'w');
    await written.writeFile(JSON.stringify(noted));
    await written.sync();
  }
  await rename(`${file}.new`, file);
}
