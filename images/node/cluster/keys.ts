/** This node's keys on the LUNs it is wired to: what the desk decides, this calls the arrays for. */
import { after, every } from '../../common/clock.ts';
import { tell } from '../../common/tell.ts';
import type { NodeConfig } from '../config.ts';
import { type Arrays, ReservationConflict } from './arrays.ts';
import type { Effect, Input } from './core/types.ts';
import { KeyDesk, type KeyOrder } from './key-desk.ts';
import type { LunKeys, Outcome, Task } from './lun-keys.ts';

type KeyEffect = Extract<Effect, { kind: 'ask-quorum-device' }> | KeyOrder;

const RETRY_MS = 200;
const LOOK_EVERY_MS = 1000;

export class Keys {
  readonly #arrays: Arrays;
  readonly #desk: KeyDesk;
  readonly #take: (input: Input) => void;
  /** Arrays that were last found silent, so that each silence is told once. */
  readonly #silent = new Set<string>();

  constructor(
    config: NodeConfig,
    arrays: Arrays,
    reports: { take: (input: Input) => void; panic: (reason: string) => void },
  ) {
    this.#arrays = arrays;
    this.#take = reports.take;
    this.#desk = new KeyDesk(config.name, config.luns, reports);
  }

  perform(effect: KeyEffect): void {
    if (effect.kind === 'ask-quorum-device') {
      void this.#askQuorumDevice(effect);
      return;
    }
    this.#desk.order(effect);
    this.#pump();
  }

  /** Looks after this node's keys in the background, so that a node without work learns that it was fenced, too. */
  watch(): void {
    every(LOOK_EVERY_MS, () => {
      for (const keys of this.#desk.idle()) void this.#look(keys);
    });
  }

  /** Nodes that may still have earlier keys on a disk of this array. */
  unfenced(array: string): string[] {
    return this.#desk.unfenced(array);
  }

  /** Names of quorum devices that do not answer at the moment. */
  async silentQuorumDevices(): Promise<string[]> {
    const devices = this.#desk.luns.filter(({ lun }) => lun.quorum);
    const found = await Promise.all(
      devices.map(async ({ lun }) => {
        const answers = await this.#arrays.check(lun).then(
          () => true,
          (error) => error instanceof ReservationConflict,
        );
        return answers ? [] : [`${lun.array}/${lun.lun}`];
      }),
    );
    return found.flat();
  }

  async #askQuorumDevice(effect: Extract<Effect, { kind: 'ask-quorum-device' }>): Promise<void> {
    const { generation, device, victims } = effect;
    const [array = '', lun = ''] = device.split('/');
    const result = { kind: 'quorum-result' as const, generation, device };
    try {
      const later = await this.#arrays.preempt({ array, lun }, victims, generation - 1);
      this.#take({ ...result, granted: later.length === 0, answered: true });
    } catch (error) {
      tell({ kind: 'log', text: `quorum device ${device}: ${messageOf(error)}` });
      this.#take({ ...result, granted: false, answered: error instanceof ReservationConflict });
    }
  }

  #pump(): void {
    for (const { keys, task } of this.#desk.begin()) void this.#work(keys, task);
  }

  async #work(keys: LunKeys, task: Task): Promise<void> {
    const outcome = await this.#outcomeOf(keys, task);
    this.#desk.ended(keys, task, outcome);
    this.#pump();
    if (outcome.kind !== 'silent') return;
    after(RETRY_MS, () => {
      this.#desk.retry();
      this.#pump();
    });
  }

  async #outcomeOf({ lun }: LunKeys, task: Task): Promise<Outcome> {
    try {
      if (task.kind === 'register') await this.#arrays.register(lun, task.generation);
      if (task.kind === 'preempt') await this.#arrays.preempt(lun, task.victims, task.generation);
      if (task.kind === 'attach') await this.#arrays.attach(lun);
      this.#silent.delete(lun.array);
      return { kind: 'done' };
    } catch (error) {
      if (error instanceof ReservationConflict) return { kind: 'conflict', barred: error.barred };
      if (!this.#silent.has(lun.array))
        tell({ kind: 'log', text: `array ${lun.array}, ${task.kind}: ${messageOf(error)}; trying again` });
      this.#silent.add(lun.array);
      return { kind: 'silent' };
    }
  }

  async #look(keys: LunKeys): Promise<void> {
    const { turn } = keys;
    try {
      this.#desk.looked(keys, turn, await this.#arrays.check(keys.lun));
    } catch (error) {
      const found = error instanceof ReservationConflict ? { barred: error.barred } : null;
      this.#desk.looked(keys, turn, found);
    }
    this.#pump();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
