import { expect } from 'chai';
import fc from 'fast-check';
import { until } from '../../../../images/common/clock.ts';
import { boot, step } from '../../../../images/node/cluster/core/step.ts';
import type { Heartbeat } from '../../../../images/node/cluster/core/types.ts';
import { Datagrams, toDatagrams } from '../../../../images/node/cluster/datagrams.ts';
import { Interconnect } from '../../../../images/node/cluster/interconnect.ts';
import type { NodeConfig } from '../../../../images/node/config.ts';
import { repositoryFor } from '../../../helpers/core-schedules.ts';

const config = {
  self: 'n1',
  nodes: ['n1', 'n2'],
  heartbeatQuantumMs: 100,
  heartbeatTimeoutMs: 500,
  bootPatienceMs: 1000,
  quorumDevices: [],
  deviceGroups: [],
  sabotage: null,
};

/** One that says what a core says. */
function heartbeat(serial = 1): Heartbeat {
  const { effects } = step(boot(config, 1, 0, repositoryFor(2)), { kind: 'tick' }, 1);
  const sent = effects.find((one) => one.kind === 'send');
  if (sent === undefined) throw new Error('a tick sent no heartbeat');
  return { ...sent.heartbeat, serial };
}

/** Its repository does not compress to less than `octets`. */
function long(octets: number, serial = 1): Heartbeat {
  let text = '';
  for (let n = 1; text.length < octets; n++) text += (n * 2654435761).toString(36);
  const repository = repositoryFor(2);
  const types = repository.types.map((type) => ({ ...type, description: text }));
  return { ...heartbeat(serial), repository: { ...repository, types } };
}

describe('datagrams', () => {
  it('are one for a heartbeat without a repository, as it is', () => {
    const datagrams = toDatagrams(heartbeat());
    expect(datagrams).to.have.length(1);
    expect(new Datagrams().take('n1', datagrams[0] as Buffer)).to.deep.equal(heartbeat());
  });

  it('are small enough for Ethernet, however long the heartbeat is, and come together in any order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), fc.infiniteStream(fc.nat()), (octets, draws) => {
        const sent = toDatagrams(long(octets));
        for (const one of sent) expect(one.length).to.be.at.most(1400);
        const shuffled = sent
          .map((one) => ({ one, draw: draws.next().value as number }))
          .sort((a, b) => a.draw - b.draw)
          .map(({ one }) => one);
        const datagrams = new Datagrams();
        const got = shuffled.flatMap((one) => datagrams.take('n1', one) ?? []);
        expect(got).to.deep.equal([long(octets)]);
      }),
      { numRuns: 30 },
    );
  });

  it('give a heartbeat once when they come over both interconnects, and when each loses a piece', () => {
    const sent = toDatagrams(long(20_000));
    expect(sent.length).to.be.greaterThan(5);
    const datagrams = new Datagrams();
    const got = [...sent.slice(1), ...sent.slice(0, -1), ...sent].flatMap(
      (one) => datagrams.take('n1', one) ?? [],
    );
    expect(got).to.deep.equal([long(20_000)]);
  });

  it('that are missing drop their heartbeat, and not those after it', () => {
    const datagrams = new Datagrams();
    for (let serial = 1; serial <= 40; serial++)
      for (const one of toDatagrams(long(20_000, serial)).slice(1))
        expect(datagrams.take('n1', one)).to.equal(undefined);
    const got = toDatagrams(long(20_000, 41)).flatMap((one) => datagrams.take('n1', one) ?? []);
    expect(got.map(({ serial }) => serial)).to.deep.equal([41]);
    // The first ones are forgotten: what comes of them now completes nothing.
    expect(datagrams.take('n1', toDatagrams(long(20_000, 1))[0] as Buffer)).to.equal(undefined);
  });

  it('of two senders do not mix', () => {
    const sent = toDatagrams(long(5000));
    const datagrams = new Datagrams();
    const got = sent.flatMap((one, index) => datagrams.take(`n${index % 2}`, one) ?? []);
    expect(got).to.deep.equal([]);
  });

  it('that are damaged or not ours are dropped, whatever they hold', () => {
    const datagrams = new Datagrams();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(datagrams.take('n1', Buffer.from(bytes))).to.equal(undefined);
        expect(datagrams.take('n1', Buffer.from([0xc1, ...bytes]))).to.equal(undefined);
      }),
    );
    for (const whole of [heartbeat(), long(3000)]) {
      const [datagram = Buffer.alloc(0), ...rest] = toDatagrams(whole);
      fc.assert(
        fc.property(fc.nat({ max: datagram.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
          const damaged = Buffer.from(datagram);
          damaged[at] = (damaged[at] ?? 0) ^ by;
          const got = [damaged, ...rest].flatMap((one) => new Datagrams().take('n1', one) ?? []);
          // The serial of the header only tells messages apart.
          if (at < 6 || at > 9) expect(got).to.deep.equal([]);
        }),
      );
    }
  });

  it('that hold JSON of another kind are dropped', () => {
    for (const other of [7, [], {}, { ...heartbeat(), hears: 'n1' }, { ...heartbeat(), echoes: null }]) {
      const sent = toDatagrams(other as Heartbeat);
      expect(sent.flatMap((one) => new Datagrams().take('n1', one) ?? [])).to.deep.equal([]);
    }
  });
});

describe('the interconnects', () => {
  it('carry long heartbeats over loopback, and go on after what is malformed', async () => {
    const nodes = ['n1', 'n2'];
    const address = (interconnect: number, node: string) =>
      `127.77.${interconnect}.${nodes.indexOf(node) + 1}`;
    const opened = await Promise.all(
      nodes.map(async (name) => {
        const peer = nodes.find((one) => one !== name) ?? '';
        const interconnects = [1, 2].map((interconnect) => ({
          self: address(interconnect, name),
          peers: { [peer]: address(interconnect, peer) },
        }));
        const interconnect = new Interconnect();
        const got: Heartbeat[] = [];
        const timing = { quantumMs: 100, timeoutMs: 10_000 };
        const config = { interconnects, heartbeat: timing } as NodeConfig;
        await interconnect.open(config, (one) => got.push(one));
        return { interconnect, got };
      }),
    );
    const [n1, n2] = opened;
    try {
      n1?.interconnect.send({ from: 'n1' } as Heartbeat);
      n1?.interconnect.send({ ...heartbeat(2), from: 'n2' });
      n1?.interconnect.send(long(50_000, 3));
      await until('the heartbeat', 10_000, () => n2?.got[0]);
      expect(n2?.got.map(({ serial }) => serial)).to.deep.equal([3]);
      const online = (paths = n1?.interconnect.paths()) =>
        paths?.map((one) => [one.interconnect, one.online]);
      await until('both paths', 10_000, () =>
        n2?.interconnect.paths().every((path) => path.online) ? true : undefined,
      );
      // Nothing has come from n2 yet.
      expect(online()).to.deep.equal([
        ['interconnect1', false],
        ['interconnect2', false],
      ]);
    } finally {
      for (const { interconnect } of opened) interconnect.close();
    }
  });
});
