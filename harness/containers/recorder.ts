/** Collects what all containers of a drill tell into one timeline, and wakes those who wait for something in it. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyEvent, DrillEvent, Told } from '../../images/common/protocol.ts';
import { after, DeadlineError, monotonicMs } from '../clock.ts';
import type { TimelineEvent } from '../timeline.ts';
import type { Heard } from './contained.ts';

export class Recorder {
  readonly events: TimelineEvent[] = [];
  readonly #folder: string;
  readonly #originMs: number;
  readonly #waiting = new Set<() => void>();
  /** What to add to this host's clock to get the engine host's. */
  clockOffsetMs = 0;
  onEvent: (event: TimelineEvent) => void = () => undefined;

  /** `originMs`: the run's beginning on this host's monotonic clock. */
  constructor(folder: string, originMs: number) {
    this.#folder = folder;
    this.#originMs = originMs;
    mkdirSync(join(folder, 'logs'), { recursive: true });
  }

  /** Milliseconds since the run began. */
  nowMs(): number {
    return monotonicMs() - this.#originMs;
  }

  /** A moment of the engine host's clock, as milliseconds since the run began. */
  fromEngine(at: number): number {
    return at - this.clockOffsetMs - this.#originMs;
  }

  /** A listener for one container's lines. */
  listener(source: string): (heard: Heard) => void {
    const file = join(this.#folder, 'logs', `${source}.log`);
    writeFileSync(file, '');
    return ({ line }) => {
      const told = eventIn(line);
      if (told === undefined) {
        appendFileSync(file, `${line}\n`);
        this.#add({ atMs: this.nowMs(), source, kind: 'log', text: line });
        return;
      }
      const { at, ...event } = told;
      if (event.kind !== 'operation' && event.kind !== 'looks') appendFileSync(file, `${line}\n`);
      const planned = event.kind === 'operation' ? { plannedMs: this.fromEngine(event.plannedAt) } : {};
      this.#add({ ...event, ...planned, atMs: this.fromEngine(at), source } as TimelineEvent);
    };
  }

  /** An event of the drill itself; `at` is a moment of the engine host's clock, if a container performed it. */
  drill(event: DrillEvent, at?: number): void {
    this.#add({ ...event, source: 'drill', atMs: at === undefined ? this.nowMs() : this.fromEngine(at) });
  }

  stage(name: string): void {
    this.drill({ kind: 'stage', name });
  }

  #add(event: TimelineEvent): void {
    // Containers are heard a little out of order; whoever looks at the events may rely on the clock's.
    let place = this.events.length;
    while (place > 0 && (this.events[place - 1]?.atMs ?? 0) > event.atMs) place -= 1;
    this.events.splice(place, 0, event);
    this.onEvent(event);
    for (const wake of this.#waiting) wake();
  }

  /**
   * Waits until `probe` finds what it looks for in the events. It is asked again with every new event.
   * @throws DeadlineError with what `missing` says.
   */
  until<T>(
    what: string,
    deadlineMs: number,
    probe: () => T | undefined,
    missing: () => string = () => 'it never came',
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        this.#waiting.delete(look);
        cancel();
        finish();
      };
      const look = () => {
        const found = probe();
        if (found !== undefined) end(() => resolve(found));
      };
      const cancel = after(deadlineMs, () =>
        end(() => reject(new DeadlineError(what, deadlineMs, missing()))),
      );
      this.#waiting.add(look);
      look();
    });
  }

  /** Writes the timeline, in the order of its clock. */
  save(): void {
    const lines = this.events.map((event) => JSON.stringify(event));
    writeFileSync(join(this.#folder, 'timeline.jsonl'), `${lines.join('\n')}\n`);
  }
}

function eventIn(line: string): Told | undefined {
  if (!line.startsWith('{"at":')) return undefined;
  try {
    return JSON.parse(line) as AnyEvent & { at: number };
  } catch {
    return undefined;
  }
}
