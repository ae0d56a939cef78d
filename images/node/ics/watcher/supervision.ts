/** What the watcher does about processes that are lost: starts them again, or ends the whole. */
import { after, monotonicMs, until } from '../../../common/clock.ts';
import { needsOf } from '../control/plan.ts';
import type { Starting } from '../control/starting.ts';
import type { ProcessName } from '../program.ts';
import { afterDeath, type Deaths, inWords, type Rules } from './deaths.ts';

/** A process whose connection has ended goes within this time, in ms, or is not dying. */
const GOING_MS = 5000;
const LOOK_MS = 5;
/** One that is started again and does not serve within this time, in ms, has failed. */
const READY_MS = 120_000;

/** A process that is being started again. */
export interface Relaunch extends Starting<unknown> {
  loaded: Promise<void>;
  kill(): void;
  release(): void;
}

export interface Hands {
  rules(): Rules;
  launch(name: ProcessName): Relaunch;
  lives(pid: number): boolean;
  /** Ends all other processes, and then this one. */
  endInstance(): void;
  say(text: string): void;
}

export class Supervision {
  readonly #hands: Hands;
  readonly #restarts = new Map<ProcessName, Promise<void>>();
  #deaths: Deaths = new Map();
  #ended = false;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** From now on whatever ends is meant to. */
  end(): void {
    this.#ended = true;
  }

  async onLost({ name, pid }: { name: ProcessName; pid: number }): Promise<void> {
    try {
      const gone = () => (this.#hands.lives(pid) ? undefined : true);
      await until(`the end of ${name}`, GOING_MS, gone, { everyMs: LOOK_MS });
    } catch {
      this.#hands.say(`${name} (process ${pid}) has closed its connection, and lives`);
      return;
    }
    this.#onDeath(name);
  }

  #onDeath(name: ProcessName): void {
    if (this.#ended) return;
    const rules = this.#hands.rules();
    const { verdict, deaths } = afterDeath(this.#deaths, name, monotonicMs(), rules);
    this.#deaths = deaths;
    this.#hands.say(inWords(name, verdict, rules));
    if (verdict === 'end-instance') {
      this.end();
      this.#hands.endInstance();
    } else if (verdict === 'restart') {
      const restart = this.#restart(name).finally(() => {
        if (this.#restarts.get(name) === restart) this.#restarts.delete(name);
      });
      this.#restarts.set(name, restart);
    }
  }

  async #restart(name: ProcessName): Promise<void> {
    let disarm: () => void = () => undefined;
    try {
      const one = this.#hands.launch(name);
      disarm = after(READY_MS, () => one.kill());
      await one.loaded;
      // Those that it needs may have died with it.
      await Promise.all(needsOf(name).map((need) => this.#restarts.get(need)));
      one.go();
      await one.ready;
      one.release();
      this.#hands.say(`${name} serves again`);
    } catch (error) {
      this.#hands.say(error instanceof Error ? error.message : String(error));
      // After the entry of this restart has gone, for there may be a next one.
      queueMicrotask(() => this.#onDeath(name));
    } finally {
      disarm();
    }
  }
}
