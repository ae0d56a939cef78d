/** The array's loop devices, through the helper that can make the kernel's calls. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A port: the device that a node mounts, and the device whose size is cut (the same, unless ports are stacked). */
export interface Port {
  minor: number;
  cutMinor: number;
}

export class Ports {
  readonly #helper: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = [];
  #stacked = false;

  constructor(helperFile: string) {
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

  /** Finds out on a scratch file whether this kernel cuts a device that is in exclusive use; if not, ports are stacked. */
  async chooseKind(scratchFile: string, forceStacked: boolean): Promise<'plain' | 'stacked'> {
    const minor = await this.attachPlain(scratchFile);
    this.#stacked = forceStacked || (await this.#ask(`claim ${minor}`)) === 'busy';
    await this.#ask(`release ${minor}`);
    return this.#stacked ? 'stacked' : 'plain';
  }

  async attachPlain(file: string): Promise<number> {
    return Number(await this.#ask(`attach ${file}`));
  }

  async attach(file: string): Promise<Port> {
    if (!this.#stacked) {
      const minor = await this.attachPlain(file);
      return { minor, cutMinor: minor };
    }
    const [minor = Number.NaN, cutMinor = Number.NaN] = (await this.#ask(`stack ${file}`))
      .split(' ')
      .map(Number);
    return { minor, cutMinor };
  }

  async cut(port: Port): Promise<void> {
    await this.#ask(`cut ${port.cutMinor}`);
  }

  async release(port: Port): Promise<void> {
    await this.#ask(`release ${port.minor}`);
    if (port.cutMinor !== port.minor) await this.#ask(`release ${port.cutMinor}`);
  }

  /** Takes the array's own file system down as a loss of the array does; what its journal has not written is gone. */
  async shutDown(directory: string): Promise<void> {
    await this.#ask(`shutdown ${directory}`);
  }

  #ask(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#helper.stdin.write(`${line}\n`);
    });
  }
}
