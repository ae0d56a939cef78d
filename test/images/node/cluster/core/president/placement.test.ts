import { expect } from 'chai';
import type { Repository } from '../../../../../../images/node/cluster/core/types.ts';
import { CoreCluster } from '../../../../../helpers/core-cluster.ts';
import { repositoryFor, resource } from '../../../../../helpers/core-repository.ts';

function withOne(nodes: number, properties: Record<string, string> = {}): Repository {
  const repository = repositoryFor(nodes, 'one array', properties);
  repository.groups = repository.groups.slice(0, 1);
  repository.resources = repository.resources.filter(({ group }) => group === 'g1');
  return repository;
}

const online = { do: 'bring-online' as const, groups: ['g1'] };
const switchTo = (node: string | null) => ({ do: 'switch' as const, groups: ['g1'], node });

describe('a group', () => {
  it('starts on its most preferred node when a cluster begins', () => {
    expect(CoreCluster.running(3, withOne(3)).groupStates('g1')).to.deep.equal([
      'Online',
      'Offline',
      'Offline',
    ]);
  });

  it('does not start with a new cluster if Auto_start_on_new_cluster is false, until it is ordered', () => {
    const cluster = CoreCluster.running(2, withOne(2, { Auto_start_on_new_cluster: 'false' }));
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline']);
    expect(cluster.do(online).exit).to.equal(0);
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
    // That was no new cluster: the group is taken over like any other.
    cluster.kill('n1');
    cluster.run(2000);
    expect(cluster.groupStates('g1')).to.deep.equal([undefined, 'Online']);
  });

  it('stays offline with Desired_primaries 0, also when it is asked to be online, but not when it is switched', () => {
    const cluster = CoreCluster.running(2, withOne(2, { Desired_primaries: '0' }));
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline']);
    const warned = { exit: 0, message: 'g1 stays offline: its Desired_primaries is 0' };
    expect(cluster.do(online)).to.include(warned);
    expect(cluster.do(switchTo('n2')).exit).to.equal(0);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
  });

  for (const failback of ['true', 'false']) {
    it(`${failback === 'true' ? 'moves' : 'does not move'} back to a more preferred node with Failback ${failback}`, () => {
      const cluster = CoreCluster.running(3, withOne(3, { Failback: failback }));
      cluster.kill('n1');
      cluster.run(2000);
      expect(cluster.groupStates('g1')).to.deep.equal([undefined, 'Online', 'Offline']);
      cluster.boot('n1');
      cluster.run(3000);
      const there = failback === 'true' ? ['Online', 'Offline', 'Offline'] : ['Offline', 'Online', 'Offline'];
      expect(cluster.groupStates('g1')).to.deep.equal(there);
    });
  }

  it('does not fail back to a node that is less preferred, nor from where it is offline', () => {
    const cluster = CoreCluster.running(3, withOne(3, { Failback: 'true' }));
    cluster.kill('n3');
    cluster.run(2000);
    cluster.boot('n3');
    cluster.run(3000);
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline', 'Offline']);
    cluster.do(switchTo(null));
    cluster.kill('n1');
    cluster.run(2000);
    cluster.boot('n1');
    cluster.run(3000);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline', 'Offline']);
  });

  it('is restarted in place, all of it, and once', () => {
    const cluster = CoreCluster.running(2, withOne(2));
    const answer = cluster.do({ do: 'restart', groups: ['g1'], nodes: ['n1'] });
    expect(answer.exit).to.equal(0);
    const ran = cluster.ran();
    for (const method of ['STOP g1-cal', 'POSTNET_STOP g1-disk', 'PRENET_START g1-disk', 'START g1-cal'])
      expect(
        ran.filter((one) => one === `n1 ${method}`),
        method,
      ).to.have.length(1);
    cluster.run(2000);
    expect(cluster.ran()).to.deep.equal([]);
  });

  it('is not restarted again by the next president, nor on a node that has come back since', () => {
    const cluster = CoreCluster.running(3, withOne(3));
    cluster.do(switchTo('n2'));
    cluster.do({ do: 'restart', groups: ['g1'], nodes: ['n2'] });
    cluster.ran();
    cluster.kill('n1');
    cluster.run(2000);
    expect(cluster.ran()).to.deep.equal([]);
    expect(cluster.groupStates('g1')).to.deep.equal([undefined, 'Online', 'Offline']);
    // Nobody else may have it, so that it comes back to where the order was about.
    cluster.do({ do: 'change-group', group: 'g1', nodelist: ['n2'], properties: {} }, 'n2');
    cluster.ran();
    cluster.kill('n2');
    cluster.run(2000);
    cluster.boot('n2', cluster.state('n3').repository);
    cluster.run(3000);
    expect(cluster.groupStates('g1')).to.deep.equal([undefined, 'Online', 'Offline']);
    expect(cluster.ran().filter((one) => /STOP/.test(one))).to.deep.equal([]);
  });

  it('leaves a node that is evacuated for the next of its nodes', () => {
    const cluster = CoreCluster.running(3);
    cluster.do({ do: 'switch', groups: ['g1', 'g2'], node: 'n1' });
    expect(cluster.do({ do: 'evacuate', node: 'n1' })).to.include({ exit: 0, message: '' });
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online', 'Offline']);
    expect(cluster.groupStates('g2')).to.deep.equal(['Offline', 'Offline', 'Online']);
  });

  it('has left a node that dies while it is evacuated', () => {
    const cluster = CoreCluster.running(3, withOne(3));
    cluster.ending = ({ method, node }) => (method === 'STOP' && node === 'n1' ? 'later' : {});
    const answer = cluster.request('n2', { do: 'evacuate', node: 'n1' });
    expect(cluster.groupStates('g1')[0]).to.equal('Pending_offline');
    cluster.kill('n1');
    cluster.run(2000);
    expect(answer()).to.include({ exit: 0, message: '' });
    expect(cluster.groupStates('g1')).to.deep.equal([undefined, 'Online', 'Offline']);
  });

  it('without another node is offline after an evacuation, with a warning, and stays so', () => {
    const cluster = CoreCluster.running(2, withOne(2));
    cluster.kill('n2');
    cluster.run(2000);
    const warning = 'g1 is offline now: no other node of its Nodelist is a member';
    expect(cluster.do({ do: 'evacuate', node: 'n1' })).to.include({ exit: 0, message: warning });
    cluster.boot('n2', cluster.state('n1').repository);
    cluster.run(3000);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline']);
  });

  it('does not run on a node that left its Nodelist while it was down', () => {
    const cluster = CoreCluster.running(3, withOne(3));
    cluster.do({ do: 'change-group', group: 'g1', nodelist: ['n1'], properties: {} });
    cluster.kill('n1');
    cluster.run(2000);
    cluster.do({ do: 'change-group', group: 'g1', nodelist: ['n1', 'n2'], properties: {} }, 'n2');
    expect(cluster.groupStates('g1')).to.deep.equal([undefined, 'Online', 'Offline']);
    cluster.do(switchTo(null), 'n2');
    cluster.do({ do: 'change-group', group: 'g1', nodelist: ['n1'], properties: {} }, 'n2');
    cluster.do(online, 'n2');
    cluster.do({ do: 'change-group', group: 'g1', nodelist: ['n3'], properties: {} }, 'n2');
    cluster.boot('n1', cluster.state('n2').repository);
    cluster.run(3000);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline', 'Online']);
  });

  it('that is managed is offline until it is ordered, and unmanaged shows as that', () => {
    const repository = withOne(2);
    repository.groups = repository.groups.map((group) => ({ ...group, managed: false }));
    const cluster = CoreCluster.running(2, repository);
    expect(cluster.groupStates('g1')).to.deep.equal(['Unmanaged', 'Unmanaged']);
    expect(cluster.do({ do: 'set-managed', groups: ['g1'], managed: true }).exit).to.equal(0);
    cluster.run(2000);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline']);
    cluster.do({ do: 'set-enabled', resources: ['g1-cal', 'g1-disk', 'g1-host'], enabled: false });
    expect(cluster.do({ do: 'set-managed', groups: ['g1'], managed: false }).exit).to.equal(0);
    expect(cluster.groupStates('g1')).to.deep.equal(['Unmanaged', 'Unmanaged']);
  });
});

describe('many groups on many nodes', () => {
  /** A group on every node but the last, which is the spare of all. */
  function spareOf(nodes: number): Repository {
    const repository = repositoryFor(nodes);
    const names = repository.groups[0]?.nodelist ?? [];
    const spare = names.at(-1) ?? '';
    const groups = names.slice(0, -1).map((node) => ({ name: `on-${node}`, nodelist: [node, spare] }));
    return {
      ...repository,
      groups: groups.map((group) => ({ ...group, managed: true, properties: {} })),
      resources: groups.map(({ name }) => resource(`${name}-cal`, 'SUNW.scics', name)),
    };
  }

  it('start, are taken over and come back', () => {
    const nodes = 24;
    const cluster = CoreCluster.running(nodes, spareOf(nodes));
    const onlineOn = (node: string) =>
      Object.values(cluster.state(node).groupStates).filter((one) => one === 'Online').length;
    const names = [...cluster.states.keys()];
    expect(names.map(onlineOn)).to.deep.equal([...Array(nodes - 1).fill(1), 0]);
    for (const node of names.slice(0, 5)) cluster.kill(node);
    cluster.run(2000);
    expect(onlineOn(`n${nodes}`)).to.equal(5);
    expect(cluster.do({ do: 'evacuate', node: 'n8' }, 'n9').exit).to.equal(0);
    expect(onlineOn(`n${nodes}`)).to.equal(6);
    expect(cluster.do({ do: 'switch', groups: ['on-n8'], node: 'n8' }, 'n9').exit).to.equal(0);
    expect(onlineOn(`n${nodes}`)).to.equal(5);
  });
});

describe('a device group', () => {
  const devices = { deviceGroups: [{ name: 'penguin', nodes: ['n1', 'n2'] }] };
  const move = (node: string) => ({ do: 'switch-device-group' as const, deviceGroups: ['penguin'], node });
  const maintain = { do: 'maintain-device-group' as const, deviceGroups: ['penguin'] };

  /** What nodes were asked to do with device groups, each done at once. */
  function obey(cluster: CoreCluster, problem = ''): string[] {
    return cluster.effects.splice(0).flatMap(({ node, effect }) => {
      if (effect.kind !== 'master-device-group' && effect.kind !== 'release-device-group') return [];
      const { kind, deviceGroup } = effect;
      const mastered = (kind === 'master-device-group') === (problem === '');
      cluster.take(node, { kind: 'mastered', deviceGroup, mastered, message: problem });
      return [`${node} ${kind}`];
    });
  }

  it('is mastered where it is ordered, given back first by the one that has it', () => {
    const cluster = CoreCluster.running(3, withOne(3), devices);
    const first = cluster.request('n3', move('n1'));
    expect(obey(cluster)).to.deep.equal(['n1 master-device-group']);
    expect(first()?.exit).to.equal(0);
    const second = cluster.request('n3', move('n2'));
    expect(obey(cluster)).to.deep.equal(['n1 release-device-group']);
    expect(second()).to.equal(undefined);
    expect(obey(cluster)).to.deep.equal(['n2 master-device-group']);
    expect(second()?.exit).to.equal(0);
    expect(obey(cluster)).to.deep.equal([]);
  });

  it('is mastered by nobody before those who left are fenced', () => {
    const cluster = CoreCluster.running(3, withOne(3), devices);
    const state = cluster.state('n2');
    const { generation } = state.fencing;
    cluster.states.set('n2', { ...state, fencing: { ...state.fencing, asked: true, done: false } });
    const answer = cluster.request('n3', move('n2'));
    expect(obey(cluster)).to.deep.equal([]);
    cluster.take('n2', { kind: 'fence-result', generation, ok: true, message: '' });
    expect(obey(cluster)).to.deep.equal(['n2 master-device-group']);
    expect(answer()?.exit).to.equal(0);
  });

  it('is mastered only once all others are known to have heard of the order', () => {
    const cluster = CoreCluster.running(3, withOne(3), devices);
    cluster.cut = (from, to) => from === 'n1' && to === 'n2';
    // n1 has it, and n2 has not heard of that.
    cluster.take('n1', { kind: 'mastered', deviceGroup: 'penguin', mastered: true, message: '' });
    cluster.do({ do: 'switch', groups: ['g1'], node: null });
    const answer = cluster.request('n3', move('n2'));
    expect(obey(cluster)).to.deep.equal(['n1 release-device-group']);
    expect(obey(cluster)).to.deep.equal([]);
    cluster.cut = () => false;
    cluster.run(200);
    expect(obey(cluster)).to.deep.equal(['n2 master-device-group']);
    expect(answer()?.exit).to.equal(0);
  });

  it('that nobody answers for has failed after half an hour, and the command ends', () => {
    const cluster = CoreCluster.running(2, withOne(2), devices);
    const answer = cluster.request('n1', move('n2'));
    cluster.run(1_799_000);
    expect(answer()).to.equal(undefined);
    cluster.run(2000);
    expect(answer()).to.include({
      exit: 1,
      message: 'n2 does not master penguin: it took longer than 1800 s',
    });
    // Late as it is, it is known, and the next order goes on from there.
    expect(obey(cluster)).to.deep.equal(['n2 master-device-group']);
    const back = cluster.request('n1', move('n1'));
    expect([...obey(cluster), ...obey(cluster)]).to.deep.equal([
      'n2 release-device-group',
      'n1 master-device-group',
    ]);
    expect(back()?.exit).to.equal(0);
  });

  it('stays where it is when it cannot be given back, and the command says why', () => {
    const cluster = CoreCluster.running(2, withOne(2), devices);
    cluster.request('n1', move('n1'));
    obey(cluster);
    const answer = cluster.request('n1', move('n2'));
    obey(cluster, 'device busy');
    expect(answer()).to.include({ exit: 1, message: 'n2 does not master penguin: device busy' });
  });

  it('is taken out of use for maintenance, and into use again', () => {
    const cluster = CoreCluster.running(2, withOne(2), devices);
    cluster.request('n1', move('n1'));
    obey(cluster);
    const answer = cluster.request('n1', maintain);
    expect(obey(cluster)).to.deep.equal(['n1 release-device-group']);
    expect(answer()?.exit).to.equal(0);
    expect(cluster.do(maintain).message).to.match(/penguin is in maintenance already/);
    const again = cluster.request('n1', move('n2'));
    expect(obey(cluster)).to.deep.equal(['n2 master-device-group']);
    expect(again()?.exit).to.equal(0);
  });

  it('in use by a file system is not moved away under it', () => {
    const cluster = CoreCluster.running(2, withOne(2), devices);
    cluster.take('n1', { kind: 'mastered', deviceGroup: 'penguin', mastered: true, message: '' });
    for (const change of [move('n2'), maintain])
      expect(cluster.do(change).message).to.equal(
        'device group penguin is in use by a file system on n1; switch its resource group instead (scswitch -z -g)',
      );
    expect(obey(cluster)).to.deep.equal([]);
  });

  it('ordered to a node goes with an evacuation', () => {
    const cluster = CoreCluster.running(2, withOne(2), devices);
    cluster.request('n1', move('n1'));
    obey(cluster);
    cluster.request('n1', { do: 'evacuate', node: 'n1' });
    expect([...obey(cluster), ...obey(cluster)]).to.deep.equal([
      'n1 release-device-group',
      'n2 master-device-group',
    ]);
  });

  it('is not mastered by an old order on a node that comes back', () => {
    const cluster = CoreCluster.running(3, withOne(3), devices);
    cluster.request('n3', move('n2'));
    obey(cluster);
    cluster.kill('n2');
    cluster.run(2000);
    cluster.boot('n2', cluster.state('n3').repository);
    cluster.run(3000);
    expect(obey(cluster)).to.deep.equal([]);
    expect(cluster.state('n3').placement.devices).to.deep.equal({});
  });
});
