/**
 * The process monitor facility: keeps commands running under a tag. When the last process of one has gone it is
 * started again, up to `retries` times within `periodMinutes`; then its action decides, then it is given up.
 */
import { after, monotonicMs } from '../../common/clock.ts';
import { CommandError, run } from '../../common/run.ts';
import { ProcessTree } from './process-tree.ts';

/** Once a command that left processes behind has ended, they are looked at this often. */
const LOOK_MS = 200;
/** A command that ends at once is not started again faster than this. */
const RESTART_MS = 1000;
const ACTION_TIMEOUT_MS = 60_000;
const MINUTE_MS = 60_000;
/** A timer takes no longer time than this, 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

export interface Supervision {
  /** Restarts within the period; -1: any number. */
  retries: number;
  /** Null: restarts are counted for ever. */
  periodMinutes: number | null;
  /** Children that are monitored: 0 only the command itself; null (the default) all. */
  level?: number | null;
  /** Command line run as "ACTION failed TAG" when retries are used up; status 0 means start again. */
  action?: string | null;
  folder?: string;
  environment?: Record<string, string>;
  /** The tag has been given up; not called after stop(). */
  onGone?(reason: string): void;
}

export interface Supervised {
  tag: string;
  command: string[];
  retries: number;
  periodMinutes: number | null;
  level: number | null;
  action: string | null;
  /** Restarts that count at the moment. */
  tries: number;
  pids: number[];
}

interface Entry {
  tag: string;
  command: string[];
  supervision: Supervision;
  tree: ProcessTree | null;
  /** Resolves when no start is under way. */
  starting: Promise<void>;
  startedMs: number;
  restartsMs: number[];
  stopping: boolean;
  /** KILL goes to whatever appears until all have gone. */
  killing: boolean;
  /** Takes back the next look, or the next start. */
  cancel: () => void;
  /** Called when all processes of the present run have gone. */
  waiting: (() => void)[];
}

export class ProcessMonitor {
  readonly #entries = new Map<string, Entry>();
  /** Of tags that are supervised no more, until they are in use again. */
  readonly #lastWords = new Map<string, string>();

  /** Resolves when the command runs. @throws when the tag is in use, or the command cannot be started. */
  async start(tag: string, command: string[], supervision: Supervision): Promise<void> {
    if (this.#entries.has(tag)) throw new Error(`process tag ${tag} is in use`);
    const entry: Entry = {
      ...{ tag, command, supervision, tree: null, starting: Promise.resolve(), startedMs: 0, restartsMs: [] },
      ...{ stopping: false, killing: false, cancel: () => undefined, waiting: [] },
    };
    this.#entries.set(tag, entry);
    this.#lastWords.delete(tag);
    try {
      await this.#run(entry);
    } catch (error) {
      this.#entries.delete(tag);
      throw error;
    }
  }

  /** Whether the tag is supervised: its command runs or is about to be started again. */
  query(tag: string): boolean {
    return this.#entries.has(tag);
  }

  /** The end of what the command's present run, or its last one, has printed. */
  lastWords(tag: string): string {
    return this.#entries.get(tag)?.tree?.lastWords ?? this.#lastWords.get(tag) ?? '';
  }

  /** Other numbers of restarts from now on. @throws for an unknown tag. */
  modify(tag: string, changes: Partial<Pick<Supervision, 'retries' | 'periodMinutes'>>): void {
    const entry = this.#entries.get(tag);
    if (entry === undefined) throw new Error(`there is no process tag ${tag}`);
    entry.supervision = { ...entry.supervision, ...changes };
  }

  /**
   * Ends supervision and signals all processes of the tag (null: no signal). Resolves to whether all of them had gone
   * within `waitMs`; of an unknown tag all have. KILL is repeated for processes that were made in the meantime.
   */
  stop(tag: string, signal: NodeJS.Signals | null, waitMs: number): Promise<boolean> {
    const entry = this.#entries.get(tag);
    if (entry === undefined) return Promise.resolve(true);
    entry.stopping = true;
    return this.#signal(entry, signal, waitMs);
  }

  /** As stop(), but the tag stays supervised: its command is started again as if it had died. */
  kill(tag: string, signal: NodeJS.Signals | null, waitMs: number): Promise<boolean> {
    const entry = this.#entries.get(tag);
    return entry === undefined ? Promise.resolve(true) : this.#signal(entry, signal, waitMs);
  }

  list(): Supervised[] {
    return [...this.#entries.values()].map((entry) => {
      const { retries, periodMinutes, level = null, action = null } = entry.supervision;
      return {
        ...{ tag: entry.tag, command: entry.command, retries, periodMinutes, level, action },
        tries: restartsOf(entry).length,
        pids: entry.tree?.processes().map(({ pid }) => pid) ?? [],
      };
    });
  }

  #run(entry: Entry): Promise<void> {
    const { folder, environment, level = null } = entry.supervision;
    entry.startedMs = monotonicMs();
    const command = { words: entry.command, ...(folder && { folder }), ...(environment && { environment }) };
    const started = ProcessTree.start(command, level, () => this.#look(entry)).then((tree) => {
      entry.tree = tree;
      // It may have ended while it was being started.
      this.#look(entry);
    });
    entry.starting = started.catch(() => undefined);
    return started;
  }

  #look(entry: Entry): void {
    const { tree } = entry;
    // News of an earlier run must not take back the next start.
    if (tree === null) return;
    entry.cancel();
    if (tree.isGone()) {
      this.#ended(entry);
    } else if (!tree.rootRuns || entry.killing) {
      entry.cancel = after(LOOK_MS, () => {
        if (entry.killing) tree.signal('SIGKILL');
        this.#look(entry);
      });
    }
  }

  #ended(entry: Entry): void {
    this.#lastWords.set(entry.tag, entry.tree?.lastWords ?? '');
    entry.tree = null;
    entry.killing = false;
    for (const resolve of entry.waiting.splice(0)) resolve();
    if (entry.stopping) {
      this.#forget(entry);
      return;
    }
    const { retries } = entry.supervision;
    entry.restartsMs = restartsOf(entry);
    if (retries === -1 || entry.restartsMs.length < retries) {
      entry.restartsMs.push(monotonicMs());
      this.#startAgain(entry);
    } else {
      void this.#useUp(entry);
    }
  }

  #startAgain(entry: Entry): void {
    const waitMs = entry.restartsMs.length > 1 ? entry.startedMs + RESTART_MS - monotonicMs() : 0;
    entry.cancel = after(Math.max(0, waitMs), () => {
      if (entry.stopping) return;
      // A command that cannot be started any more has ended at once.
      this.#run(entry).catch(() => this.#ended(entry));
    });
  }

  async #useUp(entry: Entry): Promise<void> {
    const { action, onGone } = entry.supervision;
    let reason = `process tag ${entry.tag}: all its processes have ended`;
    if (action) {
      try {
        await run('/bin/sh', ['-c', `${action} failed "$0"`, entry.tag], { timeoutMs: ACTION_TIMEOUT_MS });
        if (entry.stopping) return;
        entry.restartsMs = [];
        this.#startAgain(entry);
        return;
      } catch (error) {
        const status = error instanceof CommandError ? error.status : null;
        reason = `${reason}; its action ended with status ${status ?? 'none'}`;
      }
    }
    this.#forget(entry);
    if (!entry.stopping) onGone?.(reason);
  }

  /** The tag may be in use again by now. */
  #forget(entry: Entry): void {
    if (this.#entries.get(entry.tag) === entry) this.#entries.delete(entry.tag);
  }

  /** Waits for the end of the present run, at most `waitMs`. */
  async #signal(entry: Entry, signal: NodeJS.Signals | null, waitMs: number): Promise<boolean> {
    await entry.starting;
    const { tree } = entry;
    if (tree === null) {
      // Between two runs there is nothing to signal, and after a stop there is no next one.
      if (entry.stopping) this.#forget(entry);
      return true;
    }
    entry.killing ||= signal === 'SIGKILL';
    if (signal !== null) tree.signal(signal);
    const gone = new Promise<boolean>((resolve) => {
      const giveUp = after(Math.min(Math.max(0, waitMs), LONGEST_MS), () => resolve(false));
      entry.waiting.push(() => {
        giveUp();
        resolve(true);
      });
    });
    this.#look(entry);
    return gone;
  }
}

function restartsOf({ supervision, restartsMs }: Entry): number[] {
  const { periodMinutes } = supervision;
  if (periodMinutes === null) return restartsMs;
  const since = monotonicMs() - periodMinutes * MINUTE_MS;
  return restartsMs.filter((moment) => moment > since);
}
