/** Typing on a terminal of a node, as an operator does: a shell of its own, answers to what asks, an end to what does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { TypedEnd } from '../../images/common/protocol.ts';
import { after, monotonicMs, until } from '../clock.ts';
import { Answering, lastShown, plainText } from '../runbook/answering.ts';
import type { Answer } from '../runbook/document.ts';
import type { Contained } from './contained.ts';
import { OPERATOR_PATH } from './setting-up.ts';

export interface Typing {
  script: string;
  env: Record<string, string>;
  dir: string;
  user: string;
  timeoutMs: number;
  answers: readonly Answer[];
  onOutput: (text: string) => void;
}

export interface Typed {
  exit: number | null;
  output: string;
  ended: TypedEnd;
  asked: string;
  unasked: string[];
}

/** Its number is the first that is heard of it, so that it can be ended with all that it has started. */
const SHELL = 'echo "$$"; cd "$1" || exit 1; exec bash -e -c "$0"';
const WAITS = readFileSync(join(import.meta.dirname, 'waits-for-input.pl'), 'utf8');
/** Quiet for so long before it is looked whether it waits for input, the more rarely the longer it goes on. */
const QUIET_MS = [600, 1500, 3000, 5000];
const END_DEADLINE_MS = 10_000;
const KILL_DEADLINE_MS = 20_000;
/** Of an output without end the last part is kept. */
const LONGEST_OUTPUT = 256 * 1024;

export async function typeOn(node: Contained, what: Typing): Promise<Typed> {
  const exec = await node.container.exec({
    Cmd: ['bash', '-c', SHELL, what.script, what.dir],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
    User: what.user,
    Env: [
      OPERATOR_PATH,
      'TERM=dumb',
      'PAGER=cat',
      'LC_ALL=C.UTF-8',
      `HOME=${what.user === 'root' ? '/root' : '/'}`,
      `USER=${what.user}`,
      ...Object.entries(what.env).map(([key, value]) => `${key}=${value}`),
    ],
  });
  const stream: Duplex = await exec.start({ hijack: true, stdin: true, Tty: true });
  const terminal = new Terminal(node, stream, what);
  const ended = await terminal.end();
  stream.destroy();
  const found = { output: terminal.output, unasked: terminal.unasked };
  if (ended === 'waiting' || ended === 'timeout')
    return { ...found, exit: null, ended, asked: terminal.asked };
  const exit = await until('its exit status', END_DEADLINE_MS, async () => {
    const state = await exec.inspect();
    return state.Running ? undefined : { code: state.ExitCode };
  }).catch(() => undefined);
  const isUp = (await node.container.inspect()).State.Running;
  if (!isUp || exit === undefined) return { ...found, exit: null, ended: 'node-down', asked: '' };
  return { ...found, exit: exit.code ?? null, ended: 'exited', asked: '' };
}

class Terminal {
  readonly #node: Contained;
  readonly #stream: Duplex;
  readonly #what: Typing;
  readonly #answering: Answering;
  readonly #result = Promise.withResolvers<TypedEnd>();
  readonly #decoder = new TextDecoder();
  #raw = '';
  #session: string | undefined;
  #lastMs = monotonicMs();
  #looks = 0;
  #cancel: () => void = () => undefined;
  #isOver = false;
  #sawWaiting = false;

  constructor(node: Contained, stream: Duplex, what: Typing) {
    this.#node = node;
    this.#stream = stream;
    this.#what = what;
    this.#answering = new Answering(what.answers);
    stream.on('data', (piece: Buffer) => this.#hear(this.#decoder.decode(piece, { stream: true })));
    for (const event of ['end', 'close', 'error']) stream.on(event, () => this.#finish('exited'));
    this.#lookLater();
  }

  get output(): string {
    return plainText(this.#raw);
  }

  get asked(): string {
    return this.#sawWaiting ? lastShown(this.output) : '';
  }

  get unasked(): string[] {
    return this.#answering.left.map(({ prompt, text }) => prompt || `=> ${text}`);
  }

  async end(): Promise<TypedEnd> {
    const cancel = after(this.#what.timeoutMs, () => void this.#timeout());
    try {
      return await this.#result.promise;
    } finally {
      cancel();
    }
  }

  #hear(piece: string): void {
    this.#lastMs = monotonicMs();
    this.#looks = 0;
    this.#sawWaiting = false;
    let text = piece;
    if (this.#session === undefined) {
      const [, session, rest = ''] = /^(\d+)\r?\n([\s\S]*)$/.exec(this.#raw + text) ?? [];
      if (session === undefined) {
        this.#raw += text;
        return;
      }
      [this.#session, this.#raw, text] = [session, '', rest];
    }
    if (text === '') return;
    this.#raw = (this.#raw + text).slice(-LONGEST_OUTPUT);
    this.#what.onOutput(plainText(text));
    const answer = this.#answering.hear(plainText(text));
    if (answer !== null) this.#type(answer);
  }

  #type(answer: string): void {
    this.#stream.write(`${answer}\n`);
  }

  #finish(ended: TypedEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel();
    this.#result.resolve(ended);
  }

  #lookLater(): void {
    const quiet = QUIET_MS[Math.min(this.#looks, QUIET_MS.length - 1)] ?? 0;
    this.#cancel = after(quiet, () => void this.#look(quiet));
  }

  async #look(quietMs: number): Promise<void> {
    if (!this.#isOver && monotonicMs() - this.#lastMs >= quietMs * 0.9) {
      this.#looks += 1;
      const before = this.#lastMs;
      const waits = await this.#waits();
      if (waits && before === this.#lastMs && !this.#isOver) {
        const answer = this.#answering.atWait();
        if (answer !== null) {
          this.#lastMs = monotonicMs();
          this.#type(answer);
        } else if (this.#sawWaiting) return await this.#stop('waiting');
        else this.#sawWaiting = true;
      }
    }
    if (!this.#isOver) this.#lookLater();
  }

  async #waits(): Promise<boolean> {
    if (this.#session === undefined) return false;
    const found = await this.#node
      .run(['perl', '-e', WAITS, this.#session], END_DEADLINE_MS)
      .catch(() => null);
    return found?.exit === 0;
  }

  async #timeout(): Promise<void> {
    if (this.#isOver) return;
    this.#sawWaiting = await this.#waits();
    await this.#stop(this.#sawWaiting ? 'waiting' : 'timeout');
  }

  /** Everything on this terminal ends; what has made itself independent of it goes on. */
  async #stop(ended: TypedEnd): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel();
    if (this.#session !== undefined)
      await this.#node.run(['pkill', '-KILL', '-s', this.#session], KILL_DEADLINE_MS).catch(() => undefined);
    this.#result.resolve(ended);
  }
}
