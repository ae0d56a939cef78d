/** One process of the server, being started: it loads at once, begins when told to, and then lives on by itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, fchownSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { monotonicMs } from '../../../common/clock.ts';
import { GATE_DESCRIPTOR, GATE_VARIABLE, type ProcessName } from '../program.ts';
import type { User } from './user.ts';

/** Descriptor of a line that breaks when the last process that has it ends; who supervises us may hold its other end. */
const LINE_VARIABLE = 'ICS_LINE';
const MOST_LAST_WORDS = 2000;
/** A log of words that is longer than this, in bytes, is put aside at the next start. */
const LONGEST_LOG = 1_000_000;

export interface LaunchOptions {
  command: string[];
  runFolder: string;
  /** Whose the log is. */
  user: User;
}

/** Moments in ms since it was launched. */
export interface Timing {
  name: ProcessName;
  loadedMs: number;
  readyMs: number;
}

export class Launched {
  readonly name: ProcessName;
  readonly pid: number;
  /** @throws Error (both) with the process' own last words, when it has ended instead. */
  readonly loaded: Promise<void>;
  readonly ready: Promise<Timing>;
  readonly #child: ChildProcess;

  constructor(name: ProcessName, { command, runFolder, user }: LaunchOptions) {
    this.name = name;
    const log = openLog(join(runFolder, `${name}.log`), user);
    const beganMs = monotonicMs();
    const [program = '', ...args] = command;
    const line = process.env[LINE_VARIABLE];
    this.#child = spawn(program, args, {
      detached: true,
      env: { ...process.env, [GATE_VARIABLE]: String(GATE_DESCRIPTOR) },
      stdio: ['ignore', log.file, log.file, 'pipe', ...(line === undefined ? [] : [Number(line)])],
    });
    this.pid = this.#child.pid ?? 0;
    const words = this.#words();
    const ended = new Promise<never>((_, reject) => {
      this.#child.once('error', (error) => reject(new Error(`${name} cannot be run: ${error.message}`)));
      this.#child.once('exit', () => reject(new Error(`${name} did not start: ${log.lastWords()}`)));
    });
    let loadedMs = 0;
    this.loaded = Promise.race([words.loaded, ended]).then(() => {
      loadedMs = monotonicMs() - beganMs;
    });
    this.ready = Promise.race([words.ready, ended]).then(() => {
      // What becomes of it from here on is not this launch's matter.
      this.#child.removeAllListeners('exit');
      log.close();
      return { name, loadedMs, readyMs: monotonicMs() - beganMs };
    });
    // Nobody may be waiting for one of them when it fails; the other says so too.
    for (const promise of [this.loaded, this.ready, ended]) promise.catch(() => undefined);
  }

  get #gate(): Socket {
    return this.#child.stdio[GATE_DESCRIPTOR] as Socket;
  }

  #words(): { loaded: Promise<void>; ready: Promise<void> } {
    let said = '';
    const [loaded, ready] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.#gate.on('error', () => undefined);
    this.#gate.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('loaded\n')) loaded.resolve();
      if (said.includes('ready\n')) ready.resolve();
    });
    return { loaded: loaded.promise, ready: ready.promise };
  }

  go(): void {
    this.#gate.write('go\n');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Its starter may end now. */
  release(): void {
    this.#gate.destroy();
    this.#child.unref();
  }
}

/** The log stays beside pid files on the node itself: a server must be able to say that its disk is gone. */
function openLog(path: string, user: User): { file: number; lastWords(): string; close(): void } {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
  const open = () => openSync(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_RDWR, 0o640);
  let file = open();
  if (fstatSync(file).size > LONGEST_LOG) {
    closeSync(file);
    renameSync(path, `${path}.old`);
    file = open();
  }
  if (process.geteuid?.() === 0) fchownSync(file, user.uid, user.gid);
  const begin = fstatSync(file).size;
  return {
    file,
    lastWords: () => {
      const from = Math.max(begin, fstatSync(file).size - MOST_LAST_WORDS);
      const buffer = Buffer.alloc(Math.max(0, fstatSync(file).size - from));
      readSync(file, buffer, 0, buffer.length, from);
      return buffer.toString().trim().replaceAll('\n', ' ') || 'it ended without a word';
    },
    close: () => closeSync(file),
  };
}
