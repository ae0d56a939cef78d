/** The node's side of the storage network: keys, ports and reservations on the arrays it is wired to. */
import { mkdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { dirname } from 'node:path';
import { run } from '../../common/run.ts';
import { devicePath, type LunPath, type NodeConfig } from '../config.ts';

const SERVICE_PORT = 3260;

/** The array refused because this node's key is gone: another node has taken the disk, and this one must stop. */
export class ReservationConflict extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ReservationConflict';
  }
}

export class Arrays {
  readonly #addresses: Record<string, string>;
  readonly luns: LunPath[];

  constructor(config: NodeConfig) {
    this.#addresses = config.arrays;
    this.luns = config.luns;
  }

  async register(path: LunPath): Promise<void> {
    await this.#call(path, '/register', {});
  }

  /** A fresh port, with its device node where /etc/vfstab names it. */
  async attach(path: LunPath): Promise<void> {
    const { minor } = (await this.#call(path, '/attach', {})) as { minor: number };
    for (const file of [devicePath(path), devicePath(path, true)]) {
      mkdirSync(dirname(file), { recursive: true });
      rmSync(file, { force: true });
      await run('mknod', [file, 'b', '7', String(minor)]);
    }
  }

  async reserve(path: LunPath): Promise<void> {
    await this.#call(path, '/reserve', {});
  }

  /** Takes the victim's key off a LUN, which cuts its port. @throws ReservationConflict when it was faster. */
  async preempt(path: LunPath, victim: string): Promise<void> {
    await this.#call(path, '/preempt', { victim });
  }

  #call(path: LunPath, url: string, body: object): Promise<object> {
    const host = this.#addresses[path.array];
    if (host === undefined) return Promise.reject(new Error(`this node has no cable to array ${path.array}`));
    return new Promise((resolve, reject) => {
      const call = request(
        { host, port: SERVICE_PORT, path: url, method: 'POST', timeout: 5000 },
        (response) => {
          let text = '';
          response.on('data', (piece) => {
            text += piece;
          });
          response.on('end', () => {
            const answer = JSON.parse(text) as { error?: string };
            if (response.statusCode === 200) resolve(answer);
            else if (response.statusCode === 409) reject(new ReservationConflict(answer.error ?? 'refused'));
            else
              reject(
                new Error(
                  `array ${path.array}: ${url} on ${path.lun}: ${answer.error ?? response.statusCode}`,
                ),
              );
          });
        },
      );
      call.on('timeout', () => call.destroy(new Error(`array ${path.array} does not answer`)));
      call.on('error', reject);
      call.end(JSON.stringify({ lun: path.lun, ...body }));
    });
  }
}
