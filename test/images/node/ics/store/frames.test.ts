/** The local protocol of the store: frames in any pieces, and nothing that a caller sends brings csstored down. */
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { NotARequest, requestOf } from '../../../../../images/node/ics/store/changes.ts';
import { FrameError, FrameReader, frame } from '../../../../../images/node/ics/store/frames.ts';
import { connectStore } from '../../../../../images/node/ics/store/remote-store.ts';
import { type StoreServer, serveStore } from '../../../../../images/node/ics/store/server.ts';
import { memoryStore } from '../../../../helpers/memory-store.ts';
import { eventNamed } from '../../../../helpers/store-events.ts';
import { newFolder } from '../../../../helpers/store-folder.ts';

describe('frames', () => {
  it('come out as they went in, in whatever pieces they arrive', () => {
    const messages = fc.array(fc.jsonValue(), { maxLength: 8 });
    fc.assert(
      fc.property(messages, fc.array(fc.nat(), { maxLength: 12 }), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(frame));
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
          (a, b) => a - b,
        );
        const reader = new FrameReader(1_000_000);
        const got = places.slice(1).flatMap((to, at) => reader.take(bytes.subarray(places[at], to)));
        expect(got).to.deep.equal(JSON.parse(JSON.stringify(sent)));
      }),
    );
  });

  it('that are too large are refused before they are there, at the limit exactly', () => {
    const message = 'x'.repeat(98);
    expect(new FrameReader(100).take(frame(message))).to.deep.equal([message]);
    expect(() => new FrameReader(99).take(frame(message).subarray(0, 4))).to.throw(FrameError, '100 bytes');
  });

  it('of any bytes are read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          new FrameReader(1000).take(Buffer.from(bytes));
        } catch (error) {
          expect(error).to.be.instanceOf(FrameError);
        }
      }),
    );
  });
});

describe('requests', () => {
  it('of any content are one that the store can perform, or refused', () => {
    const field = fc.oneof(
      fc.constantFrom('20260102T030405Z', 'user1', 'a\u0000b', '\ud800', ''),
      fc.jsonValue(),
    );
    const names = [
      'op',
      'event',
      'calid',
      'uids',
      'from',
      'until',
      'most',
      'uid',
      'dtstart',
      'dtend',
      'summary',
    ];
    const record = fc.dictionary(fc.constantFrom(...names), field);
    const op = fc.constantFrom('put', 'remove', 'get', 'range', 'alarms', '__proto__', 'toString');
    const request = fc.oneof(
      fc.jsonValue(),
      fc.tuple(op, record, record).map(([name, own, event]) => ({ ...own, op: name, event })),
    );
    fc.assert(
      fc.property(request, (value) => {
        try {
          expect(requestOf(requestOf(value))).to.deep.equal(requestOf(value));
        } catch (error) {
          expect(error).to.be.instanceOf(NotARequest);
        }
      }),
      { numRuns: 1000 },
    );
  });

  for (const text of ['a\u0000b', 'half \ud800', 'x'.repeat(65_537)])
    it(`refuse a text that would not come back as it was: ${JSON.stringify(text).slice(0, 20)}`, () => {
      expect(() => requestOf({ op: 'put', event: eventNamed('a', { summary: text }) })).to.throw(NotARequest);
    });
});

describe("csstored's socket", () => {
  let folder = '';
  let server: StoreServer;

  beforeEach(async () => {
    folder = newFolder();
    server = await serveStore(memoryStore(), join(folder, 'a.sock'));
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('goes on whatever bytes are sent to it', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.jsonValue().map((value) => frame(value)),
      fc.jsonValue().map((request) => frame({ id: 1, request })),
      fc.constant(frame({ id: 2, request: { op: 'service', name: '__proto__' } })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        const socket = connect(join(folder, 'a.sock'));
        socket.on('error', () => undefined);
        socket.resume();
        socket.end(Buffer.concat(pieces));
        await new Promise((done) => socket.once('close', done));
        const store = await connectStore(join(folder, 'a.sock'));
        await store.put(eventNamed('a'));
        await store.close();
      }),
      { numRuns: 200 },
    );
  });

  it('answers many requests of one connection, each its own', async () => {
    const store = await connectStore(join(folder, 'a.sock'));
    const uids = Array.from({ length: 3000 }, (_, at) => `e${at}`);
    await Promise.all(uids.map((uid) => store.put(eventNamed(uid, { summary: uid }))));
    const found = await Promise.all(uids.map(async (uid) => (await store.get('user1', [uid]))[0]));
    expect(found.map((event) => event?.summary)).to.deep.equal(uids);
    await store.close();
  });
});
