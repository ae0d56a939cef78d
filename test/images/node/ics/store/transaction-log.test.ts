/** The log of transactions: what a crash leaves of it can be read up to there, and any other damage shows. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Change } from '../../../../../images/node/ics/store/changes.ts';
import {
  endOfLog,
  LogDamaged,
  parseLog,
  readLog,
  TransactionLog,
} from '../../../../../images/node/ics/store/transaction-log.ts';
import { eventNamed } from '../../../../helpers/store-events.ts';
import { newFolder } from '../../../../helpers/store-folder.ts';

const change: fc.Arbitrary<Change> = fc.oneof(
  fc
    .record({ uid: fc.string({ minLength: 1 }), summary: fc.string({ unit: 'grapheme' }) })
    .map(({ uid, summary }) => ({ op: 'put' as const, event: eventNamed(uid, { summary }) })),
  fc.record({
    op: fc.constant('remove' as const),
    calid: fc.constant('user1'),
    uids: fc.array(fc.string({ minLength: 1 })),
  }),
);
const groups = fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 6 });

describe('the log of transactions', () => {
  let folder = '';
  let file = '';

  beforeEach(() => {
    folder = newFolder();
    file = join(folder, 'transactions-1.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function written(all: Change[][], after = 7): Buffer {
    rmSync(file, { force: true });
    const log = TransactionLog.create(file, { lineage: 'one', after });
    all.forEach((changes, at) => {
      log.append({ transaction: after + 1 + at, changes });
    });
    log.close();
    return readFileSync(file);
  }

  it('has what was appended, and its end is found without reading all of it', () => {
    fc.assert(
      fc.property(groups, (all) => {
        written(all);
        const content = readLog(file);
        expect(content.transactions.map(({ changes }) => changes)).to.deep.equal(all);
        expect(content.torn).to.equal(false);
        const head = { lineage: 'one', after: 7 };
        expect(endOfLog(file)).to.deep.equal({ head, last: 7 + all.length, torn: false });
      }),
    );
  });

  it('finds the end of a long log, with lines longer than what it reads at first', () => {
    const long = eventNamed('a', { summary: 's'.repeat(60_000) });
    written(Array.from({ length: 9 }, () => [1, 2, 3].map(() => ({ op: 'put' as const, event: long }))));
    expect(endOfLog(file)).to.deep.include({ last: 16, torn: false });
  });

  it('cut off anywhere behind its head, it has what is whole before, and says so', () => {
    fc.assert(
      fc.property(groups, fc.nat(), (all, chance) => {
        const bytes = written(all);
        const head = bytes.indexOf('\n') + 1;
        const cut = bytes.subarray(0, head + (chance % (bytes.length - head + 1)));
        const { transactions, torn } = parseLog('a log', cut);
        expect(transactions.map(({ changes }) => changes)).to.deep.equal(all.slice(0, transactions.length));
        expect(torn).to.equal(cut.at(-1) !== 0x0a);
        writeFileSync(file, cut);
        expect(endOfLog(file)).to.deep.include({ last: 7 + transactions.length, torn });
      }),
    );
  });

  it('with a damaged byte, it is refused, or ends before it', () => {
    fc.assert(
      fc.property(groups, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, chance, flip) => {
        const bytes = written(all);
        const at = chance % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        try {
          const { transactions, torn } = parseLog('a log', bytes);
          expect(torn).to.equal(true);
          expect(transactions.map(({ changes }) => changes)).to.deep.equal(all.slice(0, transactions.length));
        } catch (error) {
          expect(error).to.be.instanceOf(LogDamaged);
        }
      }),
    );
  });

  it('misses no transaction without saying so', () => {
    const lines = written([[], [], []]).toString().split('\n');
    lines.splice(2, 1);
    expect(() => parseLog('a log', Buffer.from(lines.join('\n')))).to.throw(
      LogDamaged,
      'transaction 9 is missing, 10 stands there',
    );
  });
});
