/** A started command and all that came of it: its children, theirs, and those that left its session. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { setPriority } from 'node:os';
import { afterInput } from '../../common/clock.ts';
import { hasInEnvironment, type ProcessEntry, processOf, processTable, signalProcess } from './processes.ts';

const MARK = 'PMF_RUN';
const OWN_SESSION = processOf(process.pid)?.session;
/** How much of what a command prints on each of its streams is kept, in characters: its last words. */
const KEPT_OUTPUT = 250;
/** Runs have a number that no other run of this program has. */
let runs = 0;

export interface Command {
  words: string[];
  folder?: string;
  environment?: Record<string, string>;
}

export class ProcessTree {
  readonly pid: number;
  readonly #mark: string;
  /** Children that are counted: 0 is the command alone; null is all. */
  readonly #level: number | null;
  readonly #sessions: Set<number>;
  #known: ProcessEntry[] = [];
  #rootEnded = false;
  /** Of stdout and stderr: which of the two came first cannot be told. */
  readonly #said = ['', ''];

  private constructor(child: ChildProcess, mark: string, level: number | null) {
    this.pid = child.pid ?? 0;
    this.#mark = mark;
    this.#level = level;
    this.#sessions = new Set([this.pid]);
  }

  /**
   * Starts a command in a session of its own. `onChange` is called when the command itself has ended, and when the last
   * process that kept what it was given has: then it is worth looking who is left.
   */
  static async start(command: Command, level: number | null, onChange: () => void): Promise<ProcessTree> {
    runs += 1;
    const mark = `${process.pid}.${runs}`;
    const [program = '', ...args] = command.words;
    const child = spawn(program, args, {
      detached: true,
      cwd: command.folder,
      env: { ...process.env, ...command.environment, [MARK]: mark },
      // The fourth is a line that breaks when the last process that has it ends: no need to look for that all the time.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const tree = new ProcessTree(child, mark, level);
    for (const [index, stream] of [child.stdout, child.stderr].entries()) {
      stream
        ?.on('error', () => undefined)
        .on('data', (piece) => {
          tree.#said[index] = `${tree.#said[index]}${piece}`.slice(-KEPT_OUTPUT);
        });
    }
    child.once('exit', () =>
      // What it has said at the last is read before anybody hears that it has ended.
      afterInput(() => {
        tree.#rootEnded = true;
        onChange();
      }),
    );
    const line = child.stdio[3] as Socket;
    line.on('error', () => undefined).on('close', onChange);
    line.resume();
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    asOthers(tree.pid);
    return tree;
  }

  /** The end of what it and what came of it have printed. */
  get lastWords(): string {
    return this.#said
      .map((text) => text.trim())
      .filter(Boolean)
      .join('\n');
  }

  /** The command itself runs: nobody has to look. */
  get rootRuns(): boolean {
    return !this.#rootEnded;
  }

  /**
   * Looks at those seen before first: as long as one of them runs, nothing else matters. A process that forked and ended
   * while the table was read may have hidden its child, hence the second look.
   */
  isGone(): boolean {
    if (!this.#rootEnded) return false;
    const runs = ({ pid, startTicks }: ProcessEntry) => processOf(pid)?.startTicks === startTicks;
    return !this.#known.some(runs) && this.processes().length === 0 && this.processes().length === 0;
  }

  /** All that runs now, those counted only. */
  processes(): ProcessEntry[] {
    const depths = new Map<number, number>();
    const table = processTable();
    let rest = table;
    for (let found = true; found; ) {
      const before = rest.length;
      rest = rest.filter((entry) => !this.#takesIn(entry, depths));
      found = rest.length < before;
    }
    const deepest = this.#level ?? Number.POSITIVE_INFINITY;
    this.#known = table.filter(({ pid }) => (depths.get(pid) ?? Number.NaN) <= deepest);
    return this.#known;
  }

  signal(signal: NodeJS.Signals): void {
    for (const { pid } of this.processes()) signalProcess(pid, signal);
  }

  /** Whether it belongs: a child of one that does, of a session of theirs, or with the mark in its environment. */
  #takesIn({ pid, parent, session }: ProcessEntry, depths: Map<number, number>): boolean {
    // A signal to all of them must never reach who sends it.
    if (pid === process.pid || session === OWN_SESSION) return false;
    const ofParent = depths.get(parent);
    const marked = () => hasInEnvironment(pid, `${MARK}=${this.#mark}`);
    const isRoot = pid === this.pid && !this.#rootEnded;
    if (!isRoot && ofParent === undefined && !this.#sessions.has(session) && !marked()) return false;
    // Of one whose parent has ended nobody knows any more how deep it was.
    depths.set(pid, isRoot ? 0 : (ofParent ?? Number.POSITIVE_INFINITY) + 1);
    this.#sessions.add(session);
    return true;
  }
}

/** Heartbeats have a priority that a service must not inherit: it would take their CPU time. */
function asOthers(pid: number): void {
  try {
    setPriority(pid, 0);
  } catch {
    // It has ended already, or nobody had a higher priority to pass on.
  }
}
