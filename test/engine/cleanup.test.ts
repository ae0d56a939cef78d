import { expect } from 'chai';
import type Docker from 'dockerode';
import { networksThatStay, sweep, thingsOf } from '../../harness/engine/cleanup.ts';
import { labelsOf, ownerLabels } from '../../harness/engine/labels.ts';
import { mountsOf } from '../../harness/engine/leftovers.ts';
import { SetupError } from '../../harness/errors.ts';

type Item = { id: string; labels: Record<string, string> | null; state?: string };

/** An engine that ignores label filters, which is the worst that can happen to a sweep. */
class FakeEngine {
  containers: Item[];
  networks: Item[];
  volumes: Item[];
  removed: string[] = [];
  /** Removals that fail so many times first. */
  stubborn = new Map<string, number>();

  constructor(items: { containers?: Item[]; networks?: Item[]; volumes?: Item[] }) {
    this.containers = items.containers ?? [];
    this.networks = items.networks ?? [];
    this.volumes = items.volumes ?? [];
  }

  get docker(): Docker {
    return this as unknown as Docker;
  }

  async listContainers() {
    return this.containers.map(({ id, labels, state }) => ({
      Id: id,
      Names: [`/${id}`],
      Labels: labels,
      State: state ?? 'running',
    }));
  }
  async listNetworks() {
    return this.networks.map(({ id, labels }) => ({ Id: id, Name: id, Labels: labels }));
  }
  async listVolumes() {
    return { Volumes: this.volumes.map(({ id, labels }) => ({ Name: id, Labels: labels })) };
  }
  getContainer(id: string) {
    return {
      remove: async () => this.remove('containers', id),
      unpause: async () => this.removed.push(`unpause ${id}`),
    };
  }
  getNetwork(id: string) {
    return { remove: async () => this.remove('networks', id) };
  }
  getVolume(id: string) {
    return { remove: async () => this.remove('volumes', id) };
  }
  remove(kind: 'containers' | 'networks' | 'volumes', id: string) {
    const failures = this.stubborn.get(id) ?? 0;
    this.stubborn.set(id, failures - 1);
    if (failures > 0) throw new Error(`removal of container ${id} is already in progress`);
    this.removed.push(id);
    this[kind] = this[kind].filter((item) => item.id !== id);
  }
}

const foreign = (id: string): Item => ({ id, labels: { 'com.example': '1' } });
const ours = (id: string, run: string, drill?: string): Item => ({ id, labels: labelsOf(run, drill) });

describe('sweep', () => {
  it('never touches what carries no label of ours, even if the engine lists it', async () => {
    const engine = new FakeEngine({
      containers: [foreign('theirs'), { id: 'bare', labels: null }, ours('mine', 'r1')],
      networks: [foreign('bridge'), ours('net', 'r1')],
      volumes: [foreign('data'), { id: 'plain', labels: null }, ours('vol', 'r1')],
    });
    expect(await sweep(engine.docker, {})).to.deep.equal({ containers: 1, networks: 1, volumes: 1 });
    expect(engine.removed).to.deep.equal(['mine', 'net', 'vol']);
  });

  it('stays within the run and the drill', async () => {
    const engine = new FakeEngine({
      containers: [ours('a', 'r1', 'd1'), ours('b', 'r1', 'd2'), ours('c', 'r2', 'd1')],
    });
    await sweep(engine.docker, { run: 'r1', drill: 'd1' });
    expect(engine.removed).to.deep.equal(['a']);
    await sweep(engine.docker, { run: 'r1' });
    expect(engine.removed).to.deep.equal(['a', 'b']);
  });

  it('leaves runs that are alive alone', async () => {
    const engine = new FakeEngine({
      containers: [ours('a', 'alive'), ours('b', 'dead'), { id: 'c', labels: ownerLabels() }],
    });
    await sweep(engine.docker, { except: ['alive'] });
    expect(engine.removed).to.deep.equal(['b', 'c']);
  });

  it('tries again what is still in the way, and unpauses what is frozen', async () => {
    const engine = new FakeEngine({ containers: [{ ...ours('a', 'r1'), state: 'paused' }] });
    engine.stubborn.set('a', 2);
    expect(await sweep(engine.docker, {})).to.include({ containers: 1 });
    expect(engine.removed).to.include('unpause a').and.to.include('a');
  });

  it('names what stays and why', async () => {
    const engine = new FakeEngine({ containers: [ours('a', 'r1')] });
    engine.stubborn.set('a', Number.POSITIVE_INFINITY);
    const error = await sweep(engine.docker, {}, { deadlineMs: 50 }).catch((reason) => reason);
    expect(error).to.be.instanceOf(SetupError);
    expect(error.message).to.contain('container a').and.to.contain('already in progress');
  });
});

describe('leftovers', () => {
  it('lists only ours', async () => {
    const engine = new FakeEngine({
      containers: [foreign('theirs'), ours('mine', 'r1')],
      networks: [foreign('n')],
    });
    expect((await thingsOf(engine.docker, {})).map((thing) => thing.name)).to.deep.equal(['container mine']);
  });

  it('finds the mounts of a loop device by its number', () => {
    const mountinfo =
      '23 1 7:3 / /mnt/lun rw - ext4 /dev/loop3 rw\n24 1 7:30 / /other rw - ext4 /dev/loop30 rw\n';
    const loop = { name: 'loop3', file: '/x/ha-drills/lun', device: '7:3' };
    expect(mountsOf([loop], mountinfo)).to.deep.equal(['/mnt/lun']);
  });
});

describe('what an engine is stopped with', () => {
  const stays = { deadlineMs: 200, failures: 1000 };
  const left = (engine: FakeEngine) => networksThatStay(engine.docker, stays.deadlineMs);

  it('is nothing of ours, or a network that it does not let go of', async () => {
    const engine = new FakeEngine({
      containers: [ours('mine', 'r1')],
      networks: [ours('net', 'r1'), ours('stuck', 'r1')],
    });
    engine.stubborn.set('stuck', stays.failures);
    expect(await left(engine)).to.deep.equal(['stuck']);
    expect(engine.removed).to.deep.equal(['mine', 'net']);
    expect(await left(new FakeEngine({ networks: [ours('net', 'r1')] }))).to.deep.equal([]);
  });

  it('is no container that stays', async () => {
    const engine = new FakeEngine({ containers: [ours('mine', 'r1')], networks: [ours('net', 'r1')] });
    engine.stubborn.set('mine', stays.failures);
    const error = await left(engine).catch((one: unknown) => one);
    expect(error).to.be.instanceOf(SetupError);
  });
});
