/** Loop devices, through the helper that can make the kernel's calls. All are gone when this process is. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

const helperFile = new URL('loop-devices.pl', import.meta.url).pathname;

export class LoopDevices {
  readonly #helper: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = [];

  constructor() {
    this.#helper = spawn('perl', [helperFile], { stdio: ['pipe', 'pipe', 'pipe'] });
    createInterface({ input: this.#helper.stdout }).on('line', (line) => {
      const next = this.#waiting.shift();
      if (line.startsWith('ok')) next?.resolve(line.slice(3).trim());
      else next?.reject(new Error(line.replace(/^error /, '')));
    });
    let complaint = '';
    this.#helper.stderr.on('data', (piece) => {
      complaint += piece;
    });
    this.#helper.on('close', () => {
      for (const { reject } of this.#waiting.splice(0))
        reject(new Error(`no loop devices here: ${complaint.trim() || 'their helper has ended'}`));
    });
  }

  /** Minor of a new device on a file. */
  async attach(file: string): Promise<number> {
    return Number(await this.ask(`attach ${file}`));
  }

  /** False while it is mounted, or otherwise in exclusive use. */
  async isIdle(minor: number): Promise<boolean> {
    return (await this.ask(`idle ${minor}`)) === '';
  }

  /** Lets go of it: it is gone when its last user is. */
  async release(minor: number): Promise<void> {
    await this.ask(`release ${minor}`);
  }

  /** Lets go of all of them, for a process that goes on without. */
  end(): void {
    this.#helper.stdin.end();
  }

  /** A command of the helper; its words stand at its top. */
  ask(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#helper.stdin.write(`${line}\n`);
    });
  }
}
