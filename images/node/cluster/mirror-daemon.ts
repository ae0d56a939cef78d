/** The node's side of its mirror daemon, which runs beside it and is as a part of its kernel. */
import { request } from 'node:http';
import { until } from '../../common/clock.ts';
import { tell } from '../../common/tell.ts';
import type { MirrorStatus, Submirror } from './volumes.ts';

const SERVICE_PORT = 3261;
/** It starts at the same time as the node. */
const THERE_WITHIN_MS = 20_000;
const ANSWER_WITHIN_MS = 30_000;

interface Told {
  deviceGroup: string;
  volume: string;
  submirrors: { array: string; lun: string; state: 'okay' | 'resyncing' | 'failed'; progress: number }[];
}

export class MirrorDaemon {
  readonly #host: string;
  #beside: Promise<void> | undefined;

  constructor(host: string) {
    this.#host = host;
  }

  /**
   * Minor of the loop device on the volume. `volume`: deviceGroup/volume. `unreserved`, by half: why this node could not
   * reserve it, if so; it is not touched then, since whoever had it before may still write to it.
   */
  async assemble(volume: string, unreserved: readonly (string | null)[]): Promise<number> {
    this.#beside ??= this.#standBeside();
    await this.#beside;
    return (await this.#call<{ minor: number }>('/assemble', { volume, unreserved })).minor;
  }

  /** Has a half that is there again, and reserved, brought up to the other one. */
  async takeBack(volume: string, half: number): Promise<void> {
    await this.#call('/take-back', { volume, half });
  }

  async disassemble(volume: string): Promise<void> {
    await this.#call('/disassemble', { volume });
  }

  async status(): Promise<MirrorStatus[]> {
    const { mirrors } = await this.#call<{ mirrors: Told[] }>('/status', {});
    return mirrors.map((mirror) => ({ ...mirror, submirrors: mirror.submirrors.map(inWords) }));
  }

  /** Opens the connection that tells the daemon of this node's end, by ending with it. */
  async #standBeside(): Promise<void> {
    let trouble = '';
    const open = () =>
      new Promise<true | undefined>((resolve) => {
        const held = request({ host: this.#host, port: SERVICE_PORT, path: '/beside' }, (response) => {
          response.resume().on('close', () => {
            tell({ kind: 'log', text: 'the mirror daemon beside this node has ended' });
            this.#beside = undefined;
          });
          resolve(true);
        });
        held.on('error', (error) => {
          trouble = error.message;
          resolve(undefined);
        });
        held.end();
      });
    await until('the mirror daemon beside this node', THERE_WITHIN_MS, open, { missing: () => trouble });
  }

  #call<T>(path: string, body: object): Promise<T> {
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const options = { host: this.#host, port: SERVICE_PORT, path, method: 'POST', signal };
      const call = request(options, async (response) => {
        try {
          let text = '';
          for await (const piece of response) text += piece;
          const answer = JSON.parse(text) as T & { error?: string };
          if (answer.error === undefined) resolve(answer);
          else reject(new Error(answer.error));
        } catch (error) {
          reject(error);
        }
      });
      call.on('error', (error) =>
        reject(signal.aborted ? new Error(`the mirror daemon does not answer to ${path}`) : error),
      );
      call.end(JSON.stringify(body));
    });
  }
}

function inWords({ array, lun, state, progress }: Told['submirrors'][number]): Submirror {
  if (state === 'okay') return { array, lun, state: 'Okay' };
  if (state === 'failed') return { array, lun, state: 'Needs maintenance' };
  return { array, lun, state: 'Resyncing', progress };
}
