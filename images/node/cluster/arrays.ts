/** The node's side of the storage network: keys, ports and reservations on the arrays it is wired to. */
import { mkdirSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { dirname } from 'node:path';
import { run } from '../../common/run.ts';
import type { LunPath, NodeConfig } from '../config.ts';

const SERVICE_PORT = 3260;
const ANSWER_MS = 5000;

/** The array refused because this node's key is gone: another node has taken the disk, and this one must stop. */
export class ReservationConflict extends Error {
  /** Up to this generation the LUN takes no key of this node. */
  readonly barred: number;
  constructor(message: string, barred = 0) {
    super(message);
    this.name = 'ReservationConflict';
    this.barred = barred;
  }
}

/** Another node that has its key masters the disk. */
export class DeviceBusy extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DeviceBusy';
  }
}

/** What a look at a LUN shows: whether this node has a port, or up to which generation its keys were taken. */
export type Looked = { attached: boolean } | { barred: number };

/** Where a LUN's device is on this node, once its port is attached. */
export function lunDevice({ array, lun }: { array: string; lun: string }): string {
  return `/dev/lun/${array}/${lun}`;
}

async function makeDevice(path: string, minor: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  await run('mknod', [path, 'b', '7', String(minor)]);
}

export class Arrays {
  readonly luns: LunPath[];
  readonly #config: NodeConfig;
  readonly #means: { servicePort: number; makeDevice: typeof makeDevice };
  // A call on a connection that is there costs half of one that makes its own.
  readonly #agent = new Agent({ keepAlive: true });
  readonly #unreleased = new Map<string, LunPath>();
  /** By device: a release that is under way. */
  readonly #releasing = new Map<string, Promise<void>>();
  /** Devices that this node has had. */
  readonly #had = new Set<string>();
  #unfenced: (array: string) => string[] = () => [];

  constructor(
    config: NodeConfig,
    means: Partial<{ servicePort: number; makeDevice: typeof makeDevice }> = {},
  ) {
    this.luns = config.luns;
    this.#config = config;
    this.#means = { servicePort: SERVICE_PORT, makeDevice, ...means };
  }

  /** Nothing is reserved on an array where `unfenced` names nodes that may still have their keys. */
  guardReservations(unfenced: (array: string) => string[]): void {
    this.#unfenced = unfenced;
  }

  async register(path: LunPath, generation: number): Promise<void> {
    await this.#callLun(path, '/register', { generation });
  }

  /** A fresh port, with its device (`lunDevice`). */
  async attach(path: LunPath): Promise<void> {
    const { minor } = (await this.#callLun(path, '/attach', {})) as { minor: number };
    if (this.#isDistrusted(path)) return rmSync(lunDevice(path), { force: true });
    await this.#means.makeDevice(lunDevice(path), minor);
  }

  /** The sabotage "distrust-disk": one whose port was lost once is not used again. */
  #isDistrusted(path: LunPath): boolean {
    const before = this.#had.has(lunDevice(path));
    this.#had.add(lunDevice(path));
    return before && this.#config.sabotage === 'distrust-disk';
  }

  /** @throws ReservationConflict when this node's key is gone, DeviceBusy when another node masters the disk. */
  async reserve(path: LunPath): Promise<void> {
    // A late release on its way must not arrive after this, and leave a mounted disk without its reservation.
    await this.#releasing.get(lunDevice(path));
    // Of a sabotage that mounts first and fences later, neither may get in the way.
    const unguarded = this.#config.sabotage === 'mount-before-fence';
    const unfenced = unguarded ? [] : this.#unfenced(path.array);
    if (unfenced.length > 0)
      throw new Error(`array ${path.array} may still serve ${unfenced.join(', ')}: not fenced there yet`);
    this.#unreleased.delete(lunDevice(path));
    try {
      await this.#callLun(path, '/reserve', {});
    } catch (error) {
      if (!(unguarded && error instanceof DeviceBusy)) throw error;
    }
  }

  /** An array that does not answer gets the release when it does (`releaseLate`), or others could not have the disk. */
  async release(path: LunPath): Promise<void> {
    const device = lunDevice(path);
    this.#unreleased.set(device, path);
    const call = this.#callLun(path, '/release', {});
    const ended = call.then(
      () => undefined,
      () => undefined,
    );
    this.#releasing.set(device, ended);
    try {
      await call;
      this.#unreleased.delete(device);
    } finally {
      if (this.#releasing.get(device) === ended) this.#releasing.delete(device);
    }
  }

  /** Gives back what could not be given back when it was time to. */
  async releaseLate(array: string): Promise<void> {
    const late = [...this.#unreleased.values()].filter((path) => path.array === array);
    await Promise.all(late.map((path) => this.release(path)));
  }

  /**
   * Takes the victims' keys of the generation or earlier off a LUN, which cuts their ports. Returns who has a later
   * key, which stays. @throws ReservationConflict when another node was faster.
   */
  async preempt(path: LunPath, victims: string[], generation: number): Promise<string[]> {
    const answer = await this.#callLun(path, '/preempt', { victims, generation });
    return (answer as { later: string[] }).later;
  }

  /** Looks at LUNs of one array: is this node's key still there, and its port? */
  async check(array: string, luns: string[]): Promise<Record<string, Looked>> {
    const answer = await this.#call(array, '/check', { lun: luns[0], luns });
    return answer as Record<string, Looked>;
  }

  async #callLun(path: LunPath, url: string, body: object): Promise<object> {
    return await this.#call(path.array, url, { lun: path.lun, ...body });
  }

  #call(array: string, url: string, body: { lun: string | undefined; luns?: string[] }): Promise<object> {
    const host = this.#config.arrays[array];
    if (host === undefined) return Promise.reject(new Error(`this node has no cable to array ${array}`));
    const options = {
      host,
      port: this.#means.servicePort,
      path: url,
      method: 'POST',
      agent: this.#agent,
      timeout: ANSWER_MS,
    };
    return new Promise((resolve, reject) => {
      const call = request(options, (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += piece;
        });
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve(
              outcomeOf(response.statusCode, JSON.parse(text), `array ${array}: ${url} on ${body.lun}`),
            );
          } catch (error) {
            reject(error);
          }
        });
      });
      call.on('timeout', () => call.destroy(new Error(`array ${array} does not answer`)));
      call.on('error', reject);
      call.end(JSON.stringify(body));
    });
  }
}

function outcomeOf(
  status: number | undefined,
  answer: { error?: string; barred?: number },
  what: string,
): object {
  if (status === 200) return answer;
  const message = answer.error ?? `status ${status}`;
  if (status === 409) throw new ReservationConflict(message, answer.barred);
  if (status === 423) throw new DeviceBusy(message);
  throw new Error(`${what}: ${message}`);
}
