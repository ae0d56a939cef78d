import { expect } from 'chai';
import type { Repository } from '../../../../../../images/node/cluster/core/types.ts';
import { CoreCluster } from '../../../../../helpers/core-cluster.ts';
import { GROUPS, repositoryFor } from '../../../../../helpers/core-repository.ts';

const switchTo = (node: string | null) => ({ do: 'switch' as const, groups: ['g1'], node });

/** g1 on n1 and n2, its server with a Failover_mode. */
function withMode(mode: string, groupProperties: Record<string, string> = {}, nodes = 2): Repository {
  const repository = repositoryFor(nodes, 'one array', groupProperties);
  repository.groups = repository.groups.filter(({ name }) => name === GROUPS[0]);
  repository.resources = repository.resources
    .filter(({ group }) => group === 'g1')
    .map((one) => ({ ...one, properties: { ...one.properties, Failover_mode: mode } }));
  return repository;
}

const fails = (method: string, node?: string) => (call: { method: string; resource: string; node: string }) =>
  call.method === method && call.resource === 'g1-cal' && (node === undefined || call.node === node)
    ? { ok: false, message: 'broken' }
    : {};

describe('a START that fails', () => {
  it('brings the group nowhere else while the others may not have heard of what it left behind', () => {
    const repository = withMode('SOFT', {}, 3);
    repository.groups = repository.groups.map((group) => ({ ...group, nodelist: ['n2', 'n3'] }));
    const cluster = CoreCluster.running(3, repository);
    cluster.do(switchTo(null));
    // What n3 has heard of n2 is from a time when n2 had nothing of the group.
    cluster.cut = (from, to) => from === 'n2' && to === 'n3';
    const startFails = fails('START', 'n2');
    cluster.ending = (call) =>
      call.method === 'STOP' && call.resource === 'g1-host' ? 'later' : startFails(call);
    cluster.request('n1', switchTo('n2'));
    expect(cluster.running()).to.equal('n2 STOP g1-host');
    expect(cluster.state('n3').placement.targets['g1']?.node).to.equal('n3');
    expect(cluster.ran().filter((one) => one.startsWith('n3'))).to.deep.equal([]);
    cluster.cut = () => false;
    cluster.end('n2 STOP g1-host');
    cluster.run(300);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline', 'Online']);
  });

  it('leaves the group faulted where it is under Failover_mode NONE, with what started', () => {
    const cluster = CoreCluster.running(2, withMode('NONE'));
    cluster.ending = fails('START', 'n2');
    const answer = cluster.do(switchTo('n2'));
    expect(answer).to.include({
      exit: 1,
      message: 'g1 is Online_faulted on n2: g1-cal Start_failed (broken)',
    });
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online_faulted']);
    expect(cluster.resource('n2', 'g1-host')).to.equal('Online');
    expect(cluster.state('n2').local['g1-cal']).to.include({ status: 'Faulted', message: 'broken' });
  });

  it('is tried again by an order, also to the node where it is', () => {
    const cluster = CoreCluster.running(2, withMode('NONE'));
    cluster.ending = fails('START', 'n2');
    cluster.do(switchTo('n2'));
    cluster.ending = () => ({});
    cluster.ran();
    expect(cluster.do(switchTo('n2')).exit).to.equal(0);
    expect(cluster.ran()).to.deep.equal(['n2 STOP g1-cal', 'n2 START g1-cal', 'n2 MONITOR_START g1-cal']);
  });

  it('is over when its resource is disabled, and what it left is stopped', () => {
    const cluster = CoreCluster.running(2, withMode('NONE'));
    cluster.ending = fails('START', 'n2');
    cluster.do(switchTo('n2'));
    cluster.ran();
    expect(cluster.do({ do: 'set-enabled', resources: ['g1-cal'], enabled: false }).exit).to.equal(0);
    expect(cluster.ran()).to.deep.equal(['n2 STOP g1-cal']);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
  });

  for (const mode of ['SOFT', 'HARD']) {
    it(`moves the group under Failover_mode ${mode}, with all of it stopped first`, () => {
      const cluster = CoreCluster.running(2, withMode(mode));
      cluster.do(switchTo(null));
      cluster.ran();
      cluster.ending = fails('START', 'n1');
      const answer = cluster.do(switchTo('n1'));
      expect(answer.exit).to.equal(1);
      expect(answer.message).to.equal(
        'g1 did not come online on n1 (g1-cal on n1: broken); it is online on n2',
      );
      const ran = cluster.ran();
      const stopped = ran
        .slice(ran.indexOf('n1 START g1-cal') + 1)
        .filter((one) => /^n1 (?!MONITOR)/.test(one));
      expect(stopped).to.deep.equal([
        'n1 STOP g1-cal',
        'n1 STOP g1-disk',
        'n1 STOP g1-host',
        'n1 POSTNET_STOP g1-disk',
      ]);
      expect(ran.indexOf('n2 PRENET_START g1-host')).to.be.greaterThan(
        ran.indexOf('n1 POSTNET_STOP g1-disk'),
      );
      expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
    });
  }

  it('leaves the group offline when every node has had its turn, and says why', () => {
    const cluster = CoreCluster.running(2, withMode('SOFT'));
    cluster.do(switchTo(null));
    cluster.ending = fails('START');
    const answer = cluster.do({ do: 'bring-online', groups: ['g1'] });
    expect(answer.exit).to.equal(1);
    expect(answer.message).to.equal(
      'g1 did not come online on any node (g1-cal on n1: broken, g1-cal on n2: broken)',
    );
    cluster.ending = () => ({});
    cluster.run(10_000);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline']);
  });

  it('goes on saying why after its agent has stopped it in good order', () => {
    const cluster = CoreCluster.running(2, withMode('SOFT'));
    cluster.do(switchTo(null));
    cluster.ending = (call) => {
      // As the agents of services do at the end of their STOP.
      if (call.method === 'STOP' && call.resource === 'g1-cal')
        cluster.take(call.node, { kind: 'status', resource: 'g1-cal', status: 'Offline', message: '' });
      return fails('START')(call);
    };
    expect(cluster.do({ do: 'bring-online', groups: ['g1'] }).message).to.equal(
      'g1 did not come online on any node (g1-cal on n1: broken, g1-cal on n2: broken)',
    );
  });

  it('is passed over until Pingpong_interval is over', () => {
    const cluster = CoreCluster.running(2, withMode('SOFT', { Pingpong_interval: '20' }));
    cluster.do(switchTo(null));
    cluster.ending = fails('START');
    cluster.do({ do: 'bring-online', groups: ['g1'] });
    cluster.ending = () => ({});
    cluster.run(15_000);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline']);
    cluster.run(6000);
    expect(cluster.groupStates('g1')).to.include('Online');
  });

  it('is forgotten by an order of the operator', () => {
    const cluster = CoreCluster.running(2, withMode('SOFT'));
    cluster.ending = fails('START');
    cluster.do(switchTo('n2'));
    cluster.ending = () => ({});
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline']);
    expect(cluster.do(switchTo('n2')).exit).to.equal(0);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
  });

  it('keeps the group from coming back to its node, until a new node joins', () => {
    const cluster = CoreCluster.running(3, withMode('SOFT', {}, 3));
    cluster.kill('n3');
    cluster.run(2000);
    cluster.ending = fails('START');
    cluster.do({ do: 'switch', groups: ['g1'], node: 'n2' });
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline', undefined]);
    cluster.ending = () => ({});
    cluster.boot('n3');
    cluster.run(3000);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline', 'Online']);
  });

  it('before that, in PRENET_START, starts nothing else', () => {
    const cluster = CoreCluster.running(2, withMode('NONE'));
    cluster.do(switchTo(null));
    cluster.ran();
    cluster.ending = ({ method, resource }) => ({
      ok: !(method === 'PRENET_START' && resource === 'g1-disk'),
    });
    expect(cluster.do(switchTo('n1')).message).to.match(/^g1 is Online_faulted on n1: g1-disk Start_failed/);
    expect(cluster.ran()).to.deep.equal(['n1 PRENET_START g1-host', 'n1 PRENET_START g1-disk']);
  });

  it('before that, in PRENET_START, is followed by POSTNET_STOP', () => {
    const cluster = CoreCluster.running(2, withMode('SOFT'));
    cluster.ending = ({ node, method }) => ({ ok: !(node === 'n2' && method === 'PRENET_START') });
    cluster.do(switchTo('n2'));
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
    expect(cluster.state('n1').placement.targets['g1']?.node).to.equal('n1');
  });
});

describe('a method past its timeout', () => {
  it('is killed and counts as failed; its result comes too late', () => {
    const cluster = CoreCluster.running(2, withMode('NONE'));
    cluster.do({
      do: 'change-resource',
      resource: 'g1-cal',
      given: { standard: { start_timeout: '3' }, extension: {} },
    });
    cluster.do(switchTo(null));
    cluster.ran();
    cluster.ending = ({ method, resource }) => (method === 'START' && resource === 'g1-cal' ? 'later' : {});
    const answer = cluster.request('n1', switchTo('n1'));
    const [call] = cluster.open;
    expect(call?.timeoutMs).to.equal(3000);
    cluster.run(2900);
    expect(cluster.resource('n1', 'g1-cal')).to.equal('Starting');
    cluster.run(200);
    expect(cluster.ran()).to.include(`n1 kills ${call?.callId}`);
    expect(answer()?.message).to.equal(
      'g1 is Online_faulted on n1: g1-cal Start_failed (START timed out after 3 s)',
    );
    cluster.take('n1', { kind: 'method-result', callId: call?.callId ?? 0, ok: true, message: '' });
    expect(cluster.resource('n1', 'g1-cal')).to.equal('Start_failed');
  });

  it('has an hour where a type says nothing', () => {
    const repository = withMode('NONE');
    repository.types = repository.types.map((type) => ({
      ...type,
      properties: type.properties.filter(({ extension }) => extension),
    }));
    const cluster = CoreCluster.running(2, repository);
    cluster.ending = () => 'later';
    cluster.request('n1', switchTo(null));
    expect(cluster.open.map(({ timeoutMs }) => timeoutMs)).to.deep.equal([3_600_000, 3_600_000]);
  });
});

describe('a STOP that fails', () => {
  for (const mode of ['NONE', 'SOFT']) {
    it(`keeps the group where it is under Failover_mode ${mode}, and nothing starts elsewhere until it is cleared`, () => {
      const cluster = CoreCluster.running(2, withMode(mode));
      cluster.ending = fails('STOP');
      const answer = cluster.do(switchTo('n2'));
      expect(answer).to.include({
        exit: 1,
        message: 'g1 is Error_stop_failed on n1: g1-cal Stop_failed (broken)',
      });
      expect(cluster.groupStates('g1')).to.deep.equal(['Error_stop_failed', 'Offline']);
      cluster.ran();
      cluster.run(5000);
      expect(cluster.ran()).to.deep.equal([]);
      const clear = cluster.do({ do: 'clear-stop-failed', resources: ['g1-cal'], nodes: ['n1'] });
      expect(clear.exit).to.equal(0);
      expect(cluster.ran()).not.to.include('n1 STOP g1-cal');
      expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
    });
  }

  it('reboots the node under Failover_mode HARD, and the group is taken over', () => {
    const cluster = CoreCluster.running(2, withMode('HARD'));
    cluster.ending = fails('STOP', 'n1');
    const answer = cluster.request('n2', switchTo('n2'));
    expect(cluster.states.has('n1')).to.equal(false);
    // Nothing is begun, or told, that a node which goes down would not live to see.
    expect(cluster.effects.findLast(({ node }) => node === 'n1')?.effect.kind).to.equal('reboot');
    const reboot = cluster.effects.find(({ effect }) => effect.kind === 'reboot');
    expect(reboot?.effect).to.deep.equal({
      kind: 'reboot',
      reason: 'STOP of g1-cal failed (broken) and Failover_mode is HARD',
    });
    cluster.run(3000);
    expect(cluster.groupStates('g1')).to.deep.equal([undefined, 'Online']);
    expect(answer()?.exit).to.equal(0);
  });

  it('of MONITOR_STOP is one too', () => {
    const cluster = CoreCluster.running(2, withMode('NONE'));
    cluster.ending = ({ method, resource }) => ({
      ok: !(method === 'MONITOR_STOP' && resource === 'g1-cal'),
    });
    expect(cluster.do(switchTo('n2')).message).to.include('g1-cal Stop_failed (MONITOR_STOP failed)');
    cluster.do({ do: 'clear-stop-failed', resources: ['g1-cal'], nodes: ['n1'] });
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
  });

  it('of POSTNET_STOP is one too, and runs again when it is cleared, to give the device group back', () => {
    const cluster = CoreCluster.running(2, withMode('NONE'));
    const clear = { do: 'clear-stop-failed' as const, resources: ['g1-disk'], nodes: ['n1'] };
    cluster.ending = ({ method }) => ({ ok: method !== 'POSTNET_STOP', message: 'still mounted' });
    expect(cluster.do(switchTo('n2')).message).to.include('g1-disk Stop_failed (still mounted)');
    // Nobody has unmounted it.
    expect(cluster.do(clear)).to.include({ exit: 1, message: 'g1-disk is Stop_failed on n1: still mounted' });
    expect(cluster.groupStates('g1')).to.deep.equal(['Error_stop_failed', 'Offline']);
    cluster.ending = () => ({});
    cluster.ran();
    expect(cluster.do(clear).exit).to.equal(0);
    expect(cluster.ran().slice(0, 2)).to.deep.equal(['n1 POSTNET_STOP g1-disk', 'n2 PRENET_START g1-host']);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
  });

  it('is cleared once: an old order clears no later failure', () => {
    const cluster = CoreCluster.running(2, withMode('NONE'));
    cluster.ending = fails('STOP');
    cluster.do(switchTo('n2'));
    cluster.do({ do: 'clear-stop-failed', resources: ['g1-cal'], nodes: ['n1'] });
    cluster.ending = () => ({});
    cluster.do(switchTo('n1'));
    cluster.ending = fails('STOP');
    cluster.do(switchTo('n2'));
    cluster.run(1000);
    expect(cluster.groupStates('g1')).to.deep.equal(['Error_stop_failed', 'Offline']);
  });
});

describe('quiescing', () => {
  it('leaves a group that failed everywhere offline, beyond Pingpong_interval too', () => {
    const cluster = CoreCluster.running(2, withMode('SOFT', { Pingpong_interval: '20' }));
    cluster.ending = fails('START');
    cluster.do(switchTo('n2'));
    cluster.ending = () => ({});
    expect(cluster.do({ do: 'quiesce', groups: ['g1'] }).exit).to.equal(0);
    cluster.run(30_000);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline']);
    expect(cluster.do(switchTo('n2')).exit).to.equal(0);
  });

  it('ends a group’s moving from node to node, and the command that waits for it', () => {
    const cluster = CoreCluster.running(2, withMode('SOFT', { Pingpong_interval: '0' }));
    cluster.do({
      do: 'change-resource',
      resource: 'g1-host',
      given: { standard: { Start_timeout: '9' }, extension: {} },
    });
    cluster.do(switchTo(null));
    cluster.ending = ({ method, resource }) => (method === 'START' && resource === 'g1-host' ? 'later' : {});
    const waiting = cluster.request('n1', switchTo('n1'));
    for (let time = 0; time < 6; time++) {
      cluster.run(1000);
      for (const call of cluster.running().split(', ')) cluster.end(call, { ok: false, message: 'broken' });
    }
    expect(waiting()).to.equal(undefined);
    const quiet = cluster.request('n2', { do: 'quiesce', groups: ['g1'] });
    expect(waiting()).to.include({ exit: 1, message: 'interrupted by scswitch -Q' });
    while (cluster.open.length > 0)
      for (const call of cluster.running().split(', ')) cluster.end(call, { ok: false, message: 'broken' });
    expect(quiet()?.exit).to.equal(1);
    expect(quiet()?.message).to.match(/^g1 is Online_faulted on n\d: g1-host Start_failed \(broken\)/);
    cluster.run(5000);
    expect(cluster.running()).to.equal('');
    expect(cluster.state('n1').placement.targets['g1']?.quiesced).to.equal(false);
  });
});
