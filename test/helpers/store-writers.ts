/**
 * Clients that write to a store until it fails, and know afterwards what may be in it: of each event what was
 * acknowledged, and beside that what a call without an answer may have done.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../../harness/random.ts';
import {
  type CalendarEvent,
  type CalendarStore,
  type StoredEvent,
  StoreFailed,
} from '../../images/node/ics/store/calendar-store.ts';
import { eventNamed } from './store-events.ts';

/** What may stand in the store under a uid; undefined for nothing. */
interface Content {
  event: CalendarEvent;
  /** How often it has been applied since it was last removed. */
  times: number;
}
type Possible = (Content | undefined)[];

const CALENDARS = 4;

export class StoreWriters {
  readonly #random: Random;
  readonly #possible = new Map<string, Possible>();
  /** Keys written since they were last compared. */
  #touched = new Set<string>();
  #last = 0;
  #stopping = false;
  acknowledged = 0;
  indeterminate = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Lets `clients` write, each one call after another, until the store fails or `stop` is called. */
  async write(store: CalendarStore, clients: number): Promise<void> {
    this.#stopping = false;
    await Promise.all(Array.from({ length: clients }, () => this.#client(store)));
  }

  stop(): void {
    this.#stopping = true;
  }

  async #client(store: CalendarStore): Promise<void> {
    const own: string[] = [];
    while (!this.#stopping) {
      const old = own[this.#random.integer(0, own.length * 4)];
      const key = old ?? this.#freshKey();
      if (old === undefined) own.push(key);
      const [before] = this.#possible.get(key) ?? [undefined];
      const removes = before !== undefined && this.#random.integer(0, 2) === 0;
      const after = removes ? undefined : this.#written(key, before);
      this.#possible.set(key, [before, after]);
      this.#touched.add(key);
      try {
        const [calid, uid] = partsOf(key);
        if (after) await store.put(after.event);
        else await store.remove(calid, [uid]);
        this.#possible.set(key, [after]);
        this.acknowledged++;
      } catch (error) {
        if (!(error instanceof StoreFailed)) throw error;
        this.indeterminate++;
        return;
      }
    }
  }

  #freshKey(): string {
    return `user${this.#random.integer(1, CALENDARS)}/write-${++this.#last}`;
  }

  #written(key: string, before: Content | undefined): Content {
    const [calid, uid] = partsOf(key);
    const times = (before?.times ?? 0) + 1;
    const alarm = this.#random.integer(0, 1) === 1 ? { alarm: '20260102T025005Z' } : {};
    const event = eventNamed(uid, { calid, summary: `write ${this.#random.integer(0, 1e9)}`, ...alarm });
    return { event, times };
  }

  /**
   * Compares what was written since the last time with what is there, or with `all` everything that ever was, and that
   * nothing else is there. It is then taken as known. Returns what differs.
   */
  async differences(store: CalendarStore, all: boolean): Promise<string[]> {
    const wrong: string[] = [];
    const compared = all ? this.#possible.keys() : this.#touched;
    this.#touched = new Set();
    for (const [calid, keys] of Map.groupBy(compared, (key) => partsOf(key)[0])) {
      const found = await store.get(
        calid,
        keys.map((key) => partsOf(key)[1]),
      );
      keys.forEach((key, at) => {
        const content = contentOf(found[at]);
        const possible = this.#possible.get(key) ?? [];
        if (!possible.some((one) => isDeepStrictEqual(one, content)))
          wrong.push(`${key}: found ${JSON.stringify(content)}, possible ${JSON.stringify(possible)}`);
        this.#possible.set(key, [content]);
      });
    }
    return all ? [...wrong, ...(await this.#surplus(store))] : wrong;
  }

  async #surplus(store: CalendarStore): Promise<string[]> {
    const there = [...this.#possible.values()].filter(([content]) => content !== undefined).length;
    let listed = 0;
    for (let number = 1; number <= CALENDARS; number++)
      listed += (await store.range(`user${number}`, '20200101T000000Z', '20300101T000000Z', 100_000)).length;
    return listed === there ? [] : [`${listed} events are listed, ${there} are there`];
  }
}

function partsOf(key: string): [calid: string, uid: string] {
  const [calid = '', uid = ''] = key.split('/');
  return [calid, uid];
}

function contentOf(found: StoredEvent | undefined): Content | undefined {
  if (found === undefined) return undefined;
  const { sequences, ...event } = found;
  return { event, times: new Set(sequences).size };
}
