import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Mark, momentOf, OVERLAP_MS } from '../../../../../images/node/ics/reminders/due.ts';
import { readMark, writeMark } from '../../../../../images/node/ics/reminders/mark-file.ts';
import { Notifying } from '../../../../../images/node/ics/reminders/notifying.ts';
import type { StoredEvent } from '../../../../../images/node/ics/store/calendar-store.ts';

const START_MS = Date.UTC(2026, 10, 26, 12);

function eventAt(uid: string, alarmMs: number): StoredEvent {
  const [dtstart, dtend] = [momentOf(alarmMs + 600_000), momentOf(alarmMs + 900_000)];
  return {
    calid: 'cal',
    uid,
    dtstart,
    dtend,
    summary: `about ${uid}`,
    alarm: momentOf(alarmMs),
    sequences: [1],
  };
}

/** A store, a broker and a clock in name, and csnotifyd between them, which may die at any moment. */
class Rehearsal {
  nowMs = START_MS;
  readonly events: StoredEvent[] = [];
  readonly told: string[] = [];
  readonly said: string[] = [];
  mark: Mark | undefined;
  /** How often it was written down how far it has come. */
  remembered = 0;
  /** The disk on which that is written down. */
  full = false;
  storeDown = false;
  /** How many more events the broker takes. */
  brokerTakes = Number.POSITIVE_INFINITY;
  notifying = this.born();

  born(): Notifying {
    return new Notifying({
      store: {
        alarms: async (from, until) => {
          if (this.storeDown) throw new Error('csstored cannot be reached');
          return this.events.filter(({ alarm = '' }) => alarm >= from && alarm < until);
        },
      },
      broker: {
        publish: async (topic, event) => {
          if (this.brokerTakes-- <= 0) throw new Error('enpd has ended');
          this.told.push(`${topic} ${String(event['uid'])}`);
        },
      },
      mark: this.mark,
      remember: (mark) => {
        if (this.full) throw new Error('no space left on device');
        this.remembered++;
        this.mark = mark;
      },
      say: (text) => this.said.push(text),
      nowMs: () => this.nowMs,
    });
  }

  async lookAt(ms: number): Promise<void> {
    this.nowMs = ms;
    await this.notifying.look();
  }
}

describe('csnotifyd', () => {
  it('tells of a reminder when it is due, once', async () => {
    const rehearsal = new Rehearsal();
    rehearsal.events.push(eventAt('1', START_MS + 2000));
    for (const afterMs of [1000, 2000]) await rehearsal.lookAt(START_MS + afterMs);
    expect(rehearsal.told).to.deep.equal([]);
    for (const afterMs of [3000, 4000, 100_000]) await rehearsal.lookAt(START_MS + afterMs);
    expect(rehearsal.told).to.deep.equal(['enp:///ics/alarm 1']);
  });

  it('catches up with what was due while no csnotifyd ran, and repeats nothing', async () => {
    const rehearsal = new Rehearsal();
    rehearsal.events.push(eventAt('1', START_MS + 1000), eventAt('2', START_MS + 3_600_000));
    await rehearsal.lookAt(START_MS + 2000);
    rehearsal.nowMs = START_MS + 2 * 3_600_000;
    rehearsal.notifying = rehearsal.born();
    await rehearsal.notifying.look();
    expect(rehearsal.told).to.deep.equal(['enp:///ics/alarm 1', 'enp:///ics/alarm 2']);
  });

  it('begins with its first start: older reminders are not sent', async () => {
    const rehearsal = new Rehearsal();
    rehearsal.events.push(eventAt('old', START_MS - OVERLAP_MS - 1000));
    await rehearsal.lookAt(START_MS + 1000);
    expect(rehearsal.told).to.deep.equal([]);
  });

  it('tells of an event that was stored just after its reminder was due', async () => {
    const rehearsal = new Rehearsal();
    await rehearsal.lookAt(START_MS + 10_000);
    rehearsal.events.push(eventAt('late', START_MS + 9000));
    await rehearsal.lookAt(START_MS + 11_000);
    await rehearsal.lookAt(START_MS + 12_000);
    expect(rehearsal.told).to.deep.equal(['enp:///ics/alarm late']);
  });

  it('an event stored long after its reminder was due is not told of, by a csnotifyd started later either', async () => {
    const rehearsal = new Rehearsal();
    // A day in which nothing is due: a failover at its end must not go back to its beginning.
    for (let second = 10; second <= 86_400; second += 10) await rehearsal.lookAt(START_MS + second * 1000);
    rehearsal.events.push(eventAt('imported', START_MS + 3_600_000));
    await rehearsal.lookAt(START_MS + 86_401_000);
    rehearsal.notifying = rehearsal.born();
    await rehearsal.lookAt(START_MS + 86_402_000);
    expect(rehearsal.told).to.deep.equal([]);
    expect(rehearsal.remembered, 'it is not written down with each look').to.be.at.most(24 * 60 + 1);
  });

  it('goes on on a full disk, says so once, and writes down how far it has come when there is room', async () => {
    const rehearsal = new Rehearsal();
    rehearsal.events.push(eventAt('1', START_MS + 1000), eventAt('2', START_MS + 3000));
    rehearsal.full = true;
    for (const afterMs of [2000, 4000, 5000]) await rehearsal.lookAt(START_MS + afterMs);
    rehearsal.full = false;
    await rehearsal.lookAt(START_MS + 6000);
    rehearsal.notifying = rehearsal.born();
    await rehearsal.lookAt(START_MS + 7000);
    expect(rehearsal.told).to.deep.equal(['enp:///ics/alarm 1', 'enp:///ics/alarm 2']);
    expect(rehearsal.said).to.deep.equal(['no space left on device']);
  });

  it('starts for the first time on a full disk', async () => {
    const rehearsal = new Rehearsal();
    rehearsal.mark = undefined;
    rehearsal.full = true;
    rehearsal.notifying = rehearsal.born();
    rehearsal.events.push(eventAt('1', START_MS + 1000));
    await rehearsal.lookAt(START_MS + 2000);
    expect(rehearsal.told).to.deep.equal(['enp:///ics/alarm 1']);
    expect(rehearsal.said).to.deep.equal(['no space left on device']);
  });

  it('a reminder that was moved is another one', async () => {
    const rehearsal = new Rehearsal();
    rehearsal.events.push(eventAt('1', START_MS + 1000));
    await rehearsal.lookAt(START_MS + 2000);
    rehearsal.events[0] = eventAt('1', START_MS + 5000);
    await rehearsal.lookAt(START_MS + 6000);
    expect(rehearsal.told).to.deep.equal(['enp:///ics/alarm 1', 'enp:///ics/alarm 1']);
  });

  it('sends later what it cannot now, says so once, and repeats nothing of what was sent', async () => {
    const rehearsal = new Rehearsal();
    for (const uid of ['1', '2', '3']) rehearsal.events.push(eventAt(uid, START_MS + 1000));
    rehearsal.brokerTakes = 2;
    for (const afterMs of [2000, 3000, 4000]) await rehearsal.lookAt(START_MS + afterMs);
    rehearsal.notifying = rehearsal.born();
    rehearsal.storeDown = true;
    await rehearsal.lookAt(START_MS + 5000);
    rehearsal.storeDown = false;
    rehearsal.brokerTakes = Number.POSITIVE_INFINITY;
    await rehearsal.lookAt(START_MS + 6000);
    expect(rehearsal.told.toSorted()).to.deep.equal([1, 2, 3].map((uid) => `enp:///ics/alarm ${uid}`));
    expect(rehearsal.said).to.deep.equal(['enpd has ended', 'csstored cannot be reached']);
  });

  it('whatever happens, each reminder is told exactly once, but for those told as it died', async () => {
    const step = fc.record({
      waitMs: fc.nat(90_000),
      storeDown: fc.boolean(),
      brokerTakes: fc.constantFrom(0, 1, 2, 100, 100),
      reborn: fc.boolean(),
    });
    const alarms = fc.array(fc.nat(600_000), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), alarms, async (steps, moments) => {
        const rehearsal = new Rehearsal();
        rehearsal.events.push(...moments.map((ms, index) => eventAt(String(index), START_MS + ms)));
        for (const { waitMs, storeDown, brokerTakes, reborn } of steps) {
          rehearsal.storeDown = storeDown;
          rehearsal.brokerTakes = brokerTakes;
          if (reborn) rehearsal.notifying = rehearsal.born();
          await rehearsal.lookAt(rehearsal.nowMs + waitMs);
        }
        rehearsal.storeDown = false;
        rehearsal.brokerTakes = Number.POSITIVE_INFINITY;
        await rehearsal.lookAt(Math.max(rehearsal.nowMs, START_MS + 700_000));
        const expected = moments.map((_, index) => `enp:///ics/alarm ${index}`);
        expect(rehearsal.told.toSorted()).to.deep.equal(expected.toSorted());
      }),
    );
  });
});

describe("csnotifyd's mark", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mark-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('comes back as it was written; there is none at first', () => {
    const path = join(folder, 'mark');
    expect(readMark(path, () => undefined)).to.equal(undefined);
    writeMark(path, { untilMs: 5, sent: ['a'] });
    writeMark(path, { untilMs: 6, sent: ['a', 'b'] });
    expect(readMark(path, () => undefined)).to.deep.equal({ untilMs: 6, sent: ['a', 'b'] });
  });

  for (const text of ['', '{}', 'null', '{"untilMs":1,"sent":[1]}', '{"untilMs":"1","sent":[]}'])
    it(`that says "${text}" is put aside, and told of`, () => {
      const path = join(folder, 'mark');
      writeFileSync(path, text);
      const said: string[] = [];
      expect(readMark(path, (one) => said.push(one))).to.equal(undefined);
      expect(said.join()).to.match(/is not what csnotifyd wrote/);
      expect(readFileSync(`${path}.damaged`, 'utf8')).to.equal(text);
    });
});
