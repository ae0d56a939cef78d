import { expect } from 'chai';
import {
  decodeReplica,
  encodeReplica,
  newestOf,
  type Replica,
  replicaOffset,
} from '../../../images/common/replica.ts';
import { decide, type Found, isSplit, NotCurrent } from '../../../images/mirror/assembling.ts';
import { RangeLocks } from '../../../images/mirror/range-locks.ts';

const NAMES = ['penguin/d401', 'polarbear/d402'] as const;
const replica = (events: number, first: boolean, second: boolean, open = false): Replica => ({
  volume: 'penguin/d400',
  events,
  current: [first, second],
  open,
  node: 'Node1',
});
const there = (known?: Replica): Found => ({ there: true, replica: known });
const gone: Found = { there: false, why: 'array polarbear is lost' };

describe('assembling a mirror', () => {
  const both = replica(4, true, true);
  const rows: [string, Found, Found, Replica[], [string, string]][] = [
    ['both closed in order', there(both), there(both), [], ['current', 'current']],
    [
      'both open when their node went down',
      there(replica(4, true, true, true)),
      there(replica(4, true, true, true)),
      [],
      ['current', 'unclean'],
    ],
    [
      'closed on one, not yet on the other',
      there(replica(5, true, true)),
      there(replica(4, true, true, true)),
      [],
      ['current', 'unclean'],
    ],
    ['the first was left behind', there(both), there(replica(5, false, true)), [], ['stale', 'current']],
    ['the second was left behind', there(replica(5, true, false)), there(both), [], ['current', 'stale']],
    ['the second is a new disk', there(both), there(), [], ['current', 'stale']],
    ['one alone that nobody went on without', there(both), gone, [both], ['current', 'absent']],
    ['the other one alone', gone, there(both), [], ['absent', 'current']],
    ['a copy that was cut short', there(both), there(replica(4, true, false)), [], ['current', 'stale']],
    [
      'each alone, and the mediators know which one went on',
      there(replica(6, true, false)),
      there(replica(8, false, true)),
      [replica(6, true, false)],
      ['current', 'stale'],
    ],
    [
      'each alone, and nobody was told: both have all',
      there(replica(2, true, false)),
      there(replica(4, false, true)),
      [replica(3, true, true)],
      ['stale', 'current'],
    ],
  ];
  for (const [what, first, second, mediators, uses] of rows) {
    it(`${what}: ${uses.join(', ')}`, () => {
      expect(decide(NAMES, [first, second], mediators).uses).to.deep.equal(uses);
    });
  }

  const refused: [string, Found, Found, Replica[], RegExp][] = [
    [
      'one alone that a mediator knows to be left behind',
      there(both),
      gone,
      [replica(5, false, true)],
      /penguin\/d401 is stale: it stopped at change 4, and the volume is at 5; polarbear\/d402 is not there \(array polarbear is lost\)\. Current is polarbear\/d402: bring its array back/,
    ],
    ['one alone that was being overwritten', gone, there(replica(4, true, false)), [], /no current half/],
    [
      'two new disks',
      there(),
      there(),
      [],
      /no state replica: penguin\/d401 has none, polarbear\/d402 has none/,
    ],
    ['none there', gone, gone, [], /no state replica: .* is not there/],
    [
      'each alone, and the nodes do not agree',
      there(replica(6, true, false)),
      there(replica(6, false, true)),
      [replica(6, true, false), replica(6, false, true)],
      /each gone on without the other, and the nodes do not agree/,
    ],
  ];
  for (const [what, first, second, mediators, says] of refused) {
    it(`${what}: refused`, () => {
      expect(() => decide(NAMES, [first, second], mediators)).to.throw(NotCurrent, says);
    });
  }

  it('what comes next counts on from the newest that anybody knows', () => {
    const split: [Found, Found] = [there(replica(6, true, false)), there(replica(8, false, true))];
    expect(isSplit(split)).to.equal(true);
    expect(decide(NAMES, split, [replica(6, true, false)]).replica.events).to.equal(8);
    expect(isSplit([there(both), there(replica(8, false, true))])).to.equal(false);
  });
});

describe('state replica', () => {
  it('comes back as it was written; a torn or foreign block is none', () => {
    const block = encodeReplica(replica(7, true, false));
    expect(decodeReplica(block)).to.deep.equal(replica(7, true, false));
    block[20] = 0;
    expect(decodeReplica(block)).to.equal(undefined);
    expect(decodeReplica(Buffer.alloc(4096))).to.equal(undefined);
    expect(decodeReplica(Buffer.alloc(4096, 0xff))).to.equal(undefined);
  });

  it('changes take turns between two places, so that the one before stays', () => {
    const bytes = 2 ** 20;
    expect(replicaOffset(bytes, 6)).to.not.equal(replicaOffset(bytes, 7));
    expect(replicaOffset(bytes, 6)).to.equal(replicaOffset(bytes, 8));
    expect(newestOf([replica(6, true, true), undefined, replica(7, true, false)])?.events).to.equal(7);
    expect(newestOf([undefined, undefined])).to.equal(undefined);
  });
});

describe('range locks', () => {
  it('let through what does not overlap, and keep the order of what does', async () => {
    const locks = new RangeLocks();
    const order: string[] = [];
    const take = async (name: string, from: number, to: number) => {
      const release = await locks.hold(from, to);
      order.push(name);
      return release;
    };
    const first = await take('0-4', 0, 4);
    const second = take('2-6', 2, 6);
    const third = take('5-8', 5, 8);
    (await take('8-9', 8, 9))();
    expect(order).to.deep.equal(['0-4', '8-9']);
    first();
    (await second)();
    (await third)();
    expect(order).to.deep.equal(['0-4', '8-9', '2-6', '5-8']);
  });
});
