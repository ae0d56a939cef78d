/** The node's side of the storage network: keys, ports and reservations on the arrays it is wired to. */
import { mkdirSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { dirname } from 'node:path';
import { run } from '../../common/run.ts';
import type { LunPath, NodeConfig } from '../config.ts';

const SERVICE_PORT = 3260;
/** An array that is there answers in milliseconds. */
const ANSWER_WITHIN_MS = 5000;

/** The array refused because this node's key is gone: another node has taken the disk, and this one must stop. */
export class ReservationConflict extends Error {
  /** Up to this generation the array takes no key of this node. */
  readonly barred: number;
  constructor(message: string, barred = 0) {
    super(message);
    this.name = 'ReservationConflict';
    this.barred = barred;
  }
}

/** Another node that is in the cluster masters the disk. */
export class DeviceBusy extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DeviceBusy';
  }
}

type Lun = Pick<LunPath, 'array' | 'lun'>;

/** Where a LUN's device is on this node, once its port is attached. */
export function lunDevice({ array, lun }: Lun): string {
  return `/dev/lun/${array}/${lun}`;
}

export class Arrays {
  readonly #addresses: Record<string, string>;
  // A connection that is open already saves a takeover a round trip.
  readonly #agent = new Agent({ keepAlive: true });
  readonly luns: LunPath[];

  constructor(config: NodeConfig) {
    this.#addresses = config.arrays;
    this.luns = config.luns;
  }

  /** @throws ReservationConflict when keys of this or a later generation were taken from this node. */
  async register(lun: Lun, generation: number): Promise<void> {
    await this.#call(lun, '/register', { generation });
  }

  /** A fresh port, with its device node. @throws ReservationConflict without a key. */
  async attach(lun: Lun): Promise<void> {
    const { minor } = (await this.#call(lun, '/attach', {})) as { minor: number };
    const file = lunDevice(lun);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    await run('mknod', [file, 'b', '7', String(minor)]);
  }

  /** @throws ReservationConflict, and DeviceBusy when another node holds the reservation. */
  async reserve(lun: Lun): Promise<void> {
    await this.#call(lun, '/reserve', {});
  }

  async release(lun: Lun): Promise<void> {
    await this.#call(lun, '/release', {});
  }

  /** Whether this node's port is attached. @throws ReservationConflict when its key is gone. */
  async check(lun: Lun): Promise<{ attached: boolean }> {
    return (await this.#call(lun, '/check', {})) as { attached: boolean };
  }

  /**
   * Takes the victims' keys of this generation and earlier ones off a LUN, which cuts their ports. Returns those that
   * have a later key. @throws ReservationConflict when another node was faster.
   */
  async preempt(lun: Lun, victims: string[], generation: number): Promise<string[]> {
    const { later } = (await this.#call(lun, '/preempt', { victims, generation })) as { later: string[] };
    return later;
  }

  #call(path: Lun, url: string, body: object): Promise<object> {
    const host = this.#addresses[path.array];
    if (host === undefined) return Promise.reject(new Error(`this node has no cable to array ${path.array}`));
    return new Promise((resolve, reject) => {
      const options = { host, port: SERVICE_PORT, path: url, method: 'POST', agent: this.#agent };
      const call = request({ ...options, timeout: ANSWER_WITHIN_MS }, (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += piece;
        });
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve(answerOf(path, url, response.statusCode ?? 0, text));
          } catch (error) {
            reject(error);
          }
        });
      });
      call.on('timeout', () => call.destroy(new Error(`array ${path.array} does not answer`)));
      call.on('error', reject);
      call.end(JSON.stringify({ lun: path.lun, ...body }));
    });
  }
}

function answerOf({ array, lun }: Lun, url: string, status: number, text: string): object {
  const answer = JSON.parse(text) as { error?: string; barred?: number };
  if (status === 200) return answer;
  const { error = String(status), barred } = answer;
  if (status === 409) throw new ReservationConflict(error, barred);
  if (status === 423) throw new DeviceBusy(error);
  throw new Error(`array ${array}: ${url} on ${lun}: ${error}`);
}
