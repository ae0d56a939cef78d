/** A node's keys on arrays that answer, refuse, or don't: keys.ts over real HTTP. */
import { expect } from 'chai';
import { until } from '../../../../images/common/clock.ts';
import type { Input } from '../../../../images/node/cluster/core/types.ts';
import { type KeyEffect, Keys } from '../../../../images/node/cluster/keys.ts';
import type { NodeConfig } from '../../../../images/node/config.ts';
import { ArrayOnLoopback } from '../../../helpers/array-service.ts';

const LUNS = [
  { array: 'a1', lun: 'd1', quorum: false },
  { array: 'a1', lun: 'q1', quorum: true },
];
const DEADLINE_MS = 10_000;

describe('the keys of a node', function () {
  this.timeout(2 * DEADLINE_MS);
  let array: ArrayOnLoopback;
  let stop: (() => void)[];
  beforeEach(() => {
    array = new ArrayOnLoopback();
    stop = [];
  });
  afterEach(async () => {
    for (const one of stop) one();
    await array.end();
  });

  async function nodeWithKeys(name: string) {
    const arrays = await array.cable(name, LUNS);
    const inputs: Input[] = [];
    const panics: string[] = [];
    const keys = new Keys({ name, luns: LUNS } as NodeConfig, arrays, {
      take: (input) => inputs.push(input),
      panic: (reason) => panics.push(reason),
    });
    keys.lookEveryMs = 20;
    stop.push(() => keys.end());
    const heard = (kind: Input['kind'], count = 1) =>
      until(`${kind} at ${name}`, DEADLINE_MS, () => inputs.filter((one) => one.kind === kind)[count - 1]);
    const join = async (generation: number) => {
      keys.perform({ kind: 'join', generation, others: [] });
      return await heard('joined');
    };
    return { keys, arrays, inputs, panics, heard, join };
  }

  it('are registered on every LUN, ports attached, when it joins', async () => {
    const n1 = await nodeWithKeys('n1');
    expect(n1.keys.unfenced('a1')).to.deep.equal(['n1']);
    expect(await n1.join(3)).to.deep.equal({ kind: 'joined', generation: 3, ok: true, message: '' });
    expect(array.devices).to.have.members(['n1 /dev/lun/a1/d1 1', 'n1 /dev/lun/a1/q1 2']);
    expect(n1.keys.unfenced('a1')).to.deep.equal([]);
  });

  it('take on quorum devices those of nodes outside of the cluster, on disks those of nodes that are fenced', async () => {
    const n1 = await nodeWithKeys('n1');
    for (const lun of ['d1', 'q1']) array.keys.register('n2', lun, 2);
    n1.keys.perform({ kind: 'join', generation: 3, others: ['n2'] });
    await n1.heard('joined');
    expect(['d1', 'q1'].map((lun) => array.keys.isRegistered('n2', lun))).to.deep.equal([true, false]);
    n1.keys.perform({ kind: 'fence', generation: 3, victims: ['n2'], reborn: {} });
    expect(n1.keys.unfenced('a1')).to.deep.equal(['n2']);
    await n1.heard('fence-result');
    expect(array.keys.isRegistered('n2', 'd1')).to.equal(false);
    expect(n1.keys.unfenced('a1')).to.deep.equal([]);
  });

  it('of a life before go, that of the life that has joined stays', async () => {
    const n1 = await nodeWithKeys('n1');
    await n1.join(5);
    array.keys.register('n2', 'd1', 2);
    array.keys.register('n3', 'd1', 5);
    n1.keys.perform({ kind: 'fence', generation: 5, victims: [], reborn: { n2: 5, n3: 5 } });
    await n1.heard('fence-result');
    expect(['n2', 'n3'].map((node) => array.keys.isRegistered(node, 'd1'))).to.deep.equal([false, true]);
  });

  it('don’t keep it from joining while an array is lost, and are there when that is back', async () => {
    const n1 = await nodeWithKeys('n1');
    array.disks.isLost = true;
    await n1.join(3);
    n1.keys.perform({ kind: 'fence', generation: 3, victims: ['n2'], reborn: {} });
    await n1.heard('fence-result');
    // Nothing may start there: its old owner may be served again as soon as the array is.
    expect(n1.keys.unfenced('a1')).to.have.members(['n1', 'n2']);
    array.keys.register('n2', 'd1', 2);
    array.disks.isLost = false;
    await until('all is fenced', DEADLINE_MS, () => n1.keys.unfenced('a1').length === 0 || undefined);
    expect(array.keys.isRegistered('n2', 'd1')).to.equal(false);
    await until('ports are attached', DEADLINE_MS, () => array.disks.ports.size === 2 || undefined);
  });

  it('get their ports back when the array was away, and don’t touch those that are there', async () => {
    const n1 = await nodeWithKeys('n1');
    await n1.join(3);
    stop.push(n1.keys.watch());
    await array.disks.detach('n1', 'd1');
    await until('the port is back', DEADLINE_MS, () => array.disks.ports.has('n1 d1') || undefined);
    await until('its device', DEADLINE_MS, () => array.devices.length === 3 || undefined);
    expect(array.devices[2]).to.equal('n1 /dev/lun/a1/d1 3');
  });

  it('panic when one on a disk is gone', async () => {
    const [n1, n2] = [await nodeWithKeys('n1'), await nodeWithKeys('n2')];
    await Promise.all([n1.join(3), n2.join(3)]);
    stop.push(n1.keys.watch());
    await n2.arrays.preempt({ array: 'a1', lun: 'd1', quorum: false }, ['n1'], 3);
    await until('the panic', DEADLINE_MS, () => n1.panics[0]);
    expect(n1.panics[0]).to.equal('failfast: another node has taken the key of this one off a1/d1');
  });

  it('don’t panic when one on a quorum device is gone: that race may be won elsewhere', async () => {
    const [n1, n2] = [await nodeWithKeys('n1'), await nodeWithKeys('n2')];
    await Promise.all([n1.join(3), n2.join(3)]);
    stop.push(n1.keys.watch());
    await n2.arrays.preempt({ array: 'a1', lun: 'q1', quorum: true }, ['n1'], 3);
    expect(await n1.heard('keys-lost')).to.deep.equal({ kind: 'keys-lost', generation: 3 });
    expect(n1.panics).to.deep.equal([]);
    n1.keys.perform({ kind: 'refresh-keys', generation: 4, others: [] });
    await until('a new key', DEADLINE_MS, () => array.keys.isRegistered('n1', 'q1') || undefined);
  });

  it('are no longer to be had by a life that was fenced before it registered them', async () => {
    const n1 = await nodeWithKeys('n1');
    array.keys.register('n2', 'd1', 4);
    array.keys.preempt('n2', 'n1', 'd1', 4);
    n1.keys.perform({ kind: 'join', generation: 3, others: [] });
    expect(await n1.heard('keys-lost')).to.deep.equal({ kind: 'keys-lost', generation: 4 });
    expect([n1.panics, n1.inputs.map(({ kind }) => kind)]).to.deep.equal([[], ['keys-lost']]);
  });

  it('of a disk that did not answer, and then refuses that of an earlier view, come with a later one', async () => {
    const n1 = await nodeWithKeys('n1');
    array.disks.isLost = true;
    await n1.join(3);
    array.keys.register('n2', 'd1', 4);
    array.keys.preempt('n2', 'n1', 'd1', 4);
    array.disks.isLost = false;
    await n1.heard('keys-lost');
    expect(n1.keys.unfenced('a1')).to.deep.equal(['n1']);
    n1.keys.perform({ kind: 'refresh-keys', generation: 5, others: [] });
    await until('the key', DEADLINE_MS, () => n1.keys.unfenced('a1').length === 0 || undefined);
    expect(array.keys.isRegistered('n1', 'd1')).to.equal(true);
    expect(n1.panics).to.deep.equal([]);
  });

  it('are looked at without harm while the array does not answer', async () => {
    const n1 = await nodeWithKeys('n1');
    await n1.join(3);
    array.disks.isLost = true;
    stop.push(n1.keys.watch());
    n1.keys.perform({ kind: 'fence', generation: 4, victims: ['n2'], reborn: {} });
    await n1.heard('fence-result');
    expect(n1.panics).to.deep.equal([]);
  });

  const ask: KeyEffect = { kind: 'ask-quorum-device', generation: 4, device: 'a1/q1', victims: ['n2'] };
  const claims: [what: string, prepare: () => void, granted: boolean, answered: boolean][] = [
    ['is granted to a node that has its key', () => array.keys.register('n1', 'q1', 3), true, true],
    ['is refused to one that has none', () => array.keys.register('n2', 'q1', 3), false, true],
    [
      'is refused when a victim has a later key',
      () => {
        array.keys.register('n1', 'q1', 3);
        array.keys.register('n2', 'q1', 4);
      },
      false,
      true,
    ],
    [
      'is neither when the array does not answer',
      () => {
        array.disks.isLost = true;
      },
      false,
      false,
    ],
  ];
  for (const [what, prepare, granted, answered] of claims) {
    it(`a quorum device ${what}`, async () => {
      const n1 = await nodeWithKeys('n1');
      prepare();
      n1.keys.perform(ask);
      const result = { kind: 'quorum-result', generation: 4, device: 'a1/q1', granted, answered };
      expect(await n1.heard('quorum-result')).to.deep.equal(result);
      expect(granted && array.keys.isRegistered('n2', 'q1')).to.equal(false);
    });
  }
});
