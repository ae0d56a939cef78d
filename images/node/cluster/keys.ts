/**
 * This node's keys on the arrays: registers and refreshes them, takes those of nodes that left, claims quorum devices,
 * and looks from time to time whether its own are still there. What to do is decided by key-desk.ts; this makes the
 * calls. Each LUN goes its own way: one that does not answer is asked again and again, and holds up nobody.
 */
import { after, every } from '../../common/clock.ts';
import { tell } from '../../common/tell.ts';
import type { LunPath, NodeConfig } from '../config.ts';
import { type Arrays, type Looked, ReservationConflict } from './arrays.ts';
import type { Effect, Input } from './core/types.ts';
import { KeyDesk } from './key-desk.ts';
import type { LunKeys, Outcome, Task } from './lun-keys.ts';

export type KeyEffect = Extract<Effect, { kind: 'ask-quorum-device' | 'fence' | 'join' | 'refresh-keys' }>;

export interface KeyReports {
  take(input: Input): void;
  /** Another node has taken this one's keys: it must stop. */
  panic(reason: string): void;
}

const RETRY_MS = 200;

export class Keys {
  /** How often the own keys are looked at: as long may a node that was fenced while it hung go on after it wakes up. */
  lookEveryMs = 1000;
  readonly #arrays: Arrays;
  readonly #reports: KeyReports;
  readonly #desk: KeyDesk;
  /** LUN → why it could not be served, as last told. */
  readonly #troubles = new Map<LunKeys, string>();
  #retrying = false;
  #ended = false;

  constructor(config: NodeConfig, arrays: Arrays, reports: KeyReports) {
    this.#arrays = arrays;
    this.#reports = reports;
    this.#desk = new KeyDesk(config.name, config.luns, {
      take: (input) => reports.take(input),
      panic: (reason) => reports.panic(reason),
    });
    arrays.guardReservations((array) => this.unfenced(array));
  }

  /** What came of it goes to the core as an input, whenever that is. */
  perform(effect: KeyEffect): void {
    if (effect.kind === 'ask-quorum-device') {
      void this.#askQuorumDevice(effect);
      return;
    }
    this.#desk.order(effect);
    this.#pump();
  }

  /** Nodes that may still have earlier keys on a disk of this array; this one, until its own of this life are there. */
  unfenced(array: string): string[] {
    return this.#desk.unfenced(array);
  }

  /** Looks at the own keys from now on; returns how to stop. A conflict on a disk is a panic. */
  watch(): () => void {
    const asked = new Set<string>();
    return every(this.lookEveryMs, () => {
      const idle = this.#desk.idle();
      for (const array of new Set(idle.map(({ lun }) => lun.array))) {
        // One that is slow to answer is not asked again on top.
        if (asked.has(array)) continue;
        asked.add(array);
        const luns = idle.filter(({ lun }) => lun.array === array);
        void this.#look(array, luns).finally(() => asked.delete(array));
      }
    });
  }

  /** For scstat -q: quorum devices, as array/LUN, whose array does not answer at the moment. */
  async silentQuorumDevices(): Promise<string[]> {
    const devices = this.#desk.luns.map(({ lun }) => lun).filter(({ quorum }) => quorum);
    const found = await Promise.all(
      devices.map(({ array, lun }) =>
        this.#arrays.check(array, [lun]).then(
          () => [],
          () => [`${array}/${lun}`],
        ),
      ),
    );
    return found.flat();
  }

  async #look(array: string, luns: LunKeys[]): Promise<void> {
    const turns = luns.map(({ turn }) => turn);
    let found: Record<string, Looked> | null = null;
    try {
      found = await this.#arrays.check(
        array,
        luns.map(({ lun }) => lun.lun),
      );
    } catch {
      // Silence is no conflict; whoever needs the array is told by what it calls.
    }
    for (const [index, keys] of luns.entries())
      this.#desk.looked(keys, turns[index] ?? 0, found?.[keys.lun.lun] ?? null);
    this.#pump();
    if (found !== null) await this.#arrays.releaseLate(array).catch(() => undefined);
  }

  async #askQuorumDevice({
    generation,
    device,
    victims,
  }: Extract<Effect, { kind: 'ask-quorum-device' }>): Promise<void> {
    const [array = '', lun = ''] = device.split('/');
    let [granted, answered] = [false, true];
    try {
      const later = await this.#arrays.preempt({ array, lun, quorum: true }, victims, generation - 1);
      granted = later.length === 0;
    } catch (error) {
      answered = error instanceof ReservationConflict;
      tell({
        kind: 'log',
        text: `quorum device ${device}: ${error instanceof Error ? error.message : error}`,
      });
    }
    this.#reports.take({ kind: 'quorum-result', generation, device, granted, answered });
  }

  /** What does not answer is asked no more. */
  end(): void {
    this.#ended = true;
  }

  #pump(): void {
    if (this.#ended) return;
    for (const { keys, task } of this.#desk.begin()) void this.#perform(keys, task);
    if (this.#retrying || !this.#desk.isStuck) return;
    this.#retrying = true;
    after(RETRY_MS, () => {
      this.#retrying = false;
      this.#desk.retry();
      this.#pump();
    });
  }

  async #perform(keys: LunKeys, task: Task): Promise<void> {
    const outcome = await this.#call(keys.lun, task).then(
      (): Outcome => ({ kind: 'done' }),
      (error: Error): Outcome => {
        this.#note(keys, error.message);
        if (error instanceof ReservationConflict) return { kind: 'conflict', barred: error.barred };
        return { kind: 'silent' };
      },
    );
    if (outcome.kind === 'done') this.#note(keys, '');
    this.#desk.ended(keys, task, outcome);
    this.#pump();
  }

  async #call(lun: LunPath, task: Task): Promise<void> {
    if (task.kind === 'register') await this.#arrays.register(lun, task.generation);
    if (task.kind === 'preempt') await this.#arrays.preempt(lun, task.victims, task.generation);
    if (task.kind === 'attach') await this.#arrays.attach(lun);
  }

  /** Tells of a trouble once, and of its end. */
  #note(keys: LunKeys, trouble: string): void {
    const before = this.#troubles.get(keys) ?? '';
    if (trouble === before) return;
    this.#troubles.set(keys, trouble);
    const disk = `${keys.lun.array}/${keys.lun.lun}`;
    tell({ kind: 'log', text: trouble === '' ? `disk ${disk} is there again` : `disk ${disk}: ${trouble}` });
  }
}
