/** csnotifyd: looks into the store for reminders that are due, and has enpd tell of each. */
import { every, wallClock } from '../../../common/clock.ts';
import type { BrokerClient } from '../events/broker-client.ts';
import { TOPICS } from '../events/topics.ts';
import type { Running } from '../program.ts';
import type { CalendarStore, StoredEvent } from '../store/calendar-store.ts';
import { lookAfter, type Mark, markAfter, momentOf, OVERLAP_MS, unsent } from './due.ts';

/** In ms: reminders are due to the second. */
const LOOK_MS = 1000;

export interface NotifyingParts {
  store: Pick<CalendarStore, 'alarms'>;
  broker: Pick<BrokerClient, 'publish'>;
  /** Undefined before the first start: reminders of the time before that are nobody's any more. */
  mark: Mark | undefined;
  remember(mark: Mark): void;
  say(text: string): void;
  nowMs?: () => number;
}

export class Notifying {
  readonly #parts: NotifyingParts;
  readonly #nowMs: () => number;
  #mark: Mark;
  /** How far it had come when that was written down last, and whether more has been sent since. */
  #rememberedMs: number;
  #unwritten: boolean;
  #trouble = '';

  constructor(parts: NotifyingParts) {
    this.#parts = parts;
    this.#nowMs = parts.nowMs ?? (() => wallClock().getTime());
    this.#mark = parts.mark ?? { untilMs: this.#nowMs(), sent: [] };
    this.#rememberedMs = this.#mark.untilMs;
    this.#unwritten = parts.mark === undefined;
    if (this.#unwritten) this.#remember();
  }

  /** One look. What cannot be told now is told in the next one; a trouble that lasts is said once. */
  async look(): Promise<void> {
    const look = lookAfter(this.#mark, this.#nowMs());
    const sent: StoredEvent[] = [];
    let [found, complete]: [StoredEvent[], boolean] = [[], false];
    try {
      found = await this.#parts.store.alarms(momentOf(look.fromMs), momentOf(look.untilMs));
      for (const event of unsent(found, this.#mark)) {
        await this.#parts.broker.publish(TOPICS.alarm, reminderOf(event));
        sent.push(event);
      }
      complete = true;
    } catch (error) {
      this.#complain(error);
      if (sent.length === 0) return;
    }
    this.#mark = markAfter(this.#mark, look, found, sent, complete);
    this.#unwritten ||= sent.length > 0;
    // Also when nothing was due for long: the next csnotifyd would take what was stored too late meanwhile for missed.
    const isOld = this.#mark.untilMs - this.#rememberedMs >= OVERLAP_MS;
    const isWritten = !(this.#unwritten || isOld) || this.#remember();
    if (complete && isWritten) this.#trouble = '';
  }

  /** Whether it could be written down; if not, that is tried again with the next look. */
  #remember(): boolean {
    try {
      this.#parts.remember(this.#mark);
      this.#rememberedMs = this.#mark.untilMs;
      this.#unwritten = false;
      return true;
    } catch (error) {
      this.#complain(error);
      return false;
    }
  }

  #complain(error: unknown): void {
    const trouble = error instanceof Error ? error.message : String(error);
    if (trouble !== this.#trouble) this.#parts.say(trouble);
    this.#trouble = trouble;
  }
}

function reminderOf({ calid, uid, summary, dtstart, alarm }: StoredEvent): Record<string, unknown> {
  return { calid, uid, summary, dtstart, alarm };
}

/** One look at once, then one a second; none begins before the one before has ended. */
export function startNotifying(parts: NotifyingParts): Running {
  const notifying = new Notifying(parts);
  let looking = notifying.look();
  let busy = false;
  const stop = every(LOOK_MS, () => {
    if (busy) return;
    busy = true;
    looking = looking
      .then(() => notifying.look())
      .finally(() => {
        busy = false;
      });
  });
  return {
    stop: async () => {
      stop();
      await looking;
    },
  };
}
