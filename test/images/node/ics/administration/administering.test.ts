import { expect } from 'chai';
import { startAdministering } from '../../../../../images/node/ics/administration/administering.ts';
import {
  afterMeasuring,
  availablePercent,
} from '../../../../../images/node/ics/administration/disk-alarm.ts';

const alarm = { threshold: 10, warningIntervalMs: 1000 };

import type { Event } from '../../../../../images/node/ics/events/topics.ts';

describe('csadmind', () => {
  it('knows how full a disk is for its ordinary users', () => {
    expect(availablePercent({ blocks: 200, bavail: 50 })).to.equal(25);
    expect(availablePercent({ blocks: 0, bavail: 0 })).to.equal(0);
  });

  it('warns when there is too little room, and again after the interval or a time of plenty', () => {
    const warnings: number[] = [];
    let warnedMs: number | undefined;
    const measured: [number, number][] = [
      [0, 11],
      [100, 9],
      [200, 8],
      [1099, 8],
      [1100, 8],
      [1200, 10],
      [1300, 9],
    ];
    for (const [atMs, available] of measured) {
      const after = afterMeasuring(available, warnedMs, atMs, alarm);
      warnedMs = after.warnedMs;
      if (after.warn) warnings.push(atMs);
    }
    expect(warnings).to.deep.equal([100, 1100, 1300]);
  });

  it('counts what the broker tells of, and tells it of a full disk', async () => {
    const [published, said]: [string[], string[]] = [[], []];
    let hear: (topic: string, event: Event) => void = () => undefined;
    let counts: Record<string, number> = {};
    const running = await startAdministering({
      folder: '/csdb',
      broker: {
        publish: async (topic, event) => void published.push(`${topic} ${JSON.stringify(event)}`),
        subscribe: async (_, onEvent) => {
          hear = onEvent;
        },
      },
      alarm,
      measureMs: 3_600_000,
      writeCounts: (now) => {
        counts = { ...now };
      },
      say: (text) => said.push(text),
      available: async () => 3,
    });
    hear('enp:///ics/storeevent', {});
    hear('enp:///ics/storeevent', {});
    hear('enp:///ics/alarm', {});
    await running.stop();
    expect(counts).to.deep.equal({ 'enp:///ics/storeevent': 2, 'enp:///ics/alarm': 1 });
    expect(published).to.deep.equal(['enp:///ics/diskalarm {"path":"/csdb","available":3}']);
    expect(said).to.deep.equal(['only 3 % of the disk with /csdb are available']);
  });
});
