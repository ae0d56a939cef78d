import { expect } from 'chai';
import type { Repository } from '../../../../../../images/node/cluster/core/types.ts';
import { CoreCluster } from '../../../../../helpers/core-cluster.ts';
import { repositoryFor, resource } from '../../../../../helpers/core-repository.ts';

function withOne(nodes: number, properties: Record<string, string> = {}): Repository {
  const repository = repositoryFor(nodes);
  repository.groups = repository.groups.slice(0, 1);
  repository.resources = repository.resources
    .filter(({ group }) => group === 'g1')
    .map((one) => ({ ...one, properties: { ...one.properties, ...properties } }));
  return repository;
}

const fault = { kind: 'probe-failed', resource: 'g1-cal', message: 'no answer' } as const;
const restarted = ['n1 MONITOR_STOP g1-cal', 'n1 STOP g1-cal', 'n1 START g1-cal', 'n1 MONITOR_START g1-cal'];

describe('a fault monitor', () => {
  it('has its resource restarted in place, and all that depends on it', () => {
    const repository = withOne(2);
    const above = { properties: { Resource_dependencies: 'g1-cal' } };
    repository.resources.push(resource('g1-top', 'SUNW.scics', 'g1', above));
    const cluster = CoreCluster.running(2, repository);
    cluster.take('n1', fault);
    expect(cluster.ran()).to.deep.equal([
      'n1 MONITOR_STOP g1-top',
      'n1 MONITOR_STOP g1-cal',
      'n1 STOP g1-top',
      'n1 STOP g1-cal',
      'n1 START g1-cal',
      'n1 START g1-top',
      'n1 MONITOR_START g1-cal',
      'n1 MONITOR_START g1-top',
    ]);
  });

  it('gives the group over after Retry_count restarts within Retry_interval, once the other node agrees', () => {
    const cluster = CoreCluster.running(2, withOne(2));
    for (let time = 0; time < 2; time++) {
      cluster.take('n1', fault);
      expect(cluster.ran()).to.deep.equal(restarted);
    }
    cluster.ending = ({ method }) => (method === 'MONITOR_CHECK' ? 'later' : {});
    cluster.take('n1', fault);
    expect(cluster.ran().sort()).to.deep.equal([
      'n2 MONITOR_CHECK g1-cal',
      'n2 MONITOR_CHECK g1-disk',
      'n2 MONITOR_CHECK g1-host',
    ]);
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
    for (const name of ['cal', 'disk', 'host']) cluster.end(`n2 MONITOR_CHECK g1-${name}`);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
    expect(cluster.state('n1').givenUp).to.deep.equal(['g1']);
    expect(cluster.state('n1').local['g1-cal']?.message).to.equal('no answer');
  });

  it('counts only what is within the interval', () => {
    const cluster = CoreCluster.running(2, withOne(2, { Retry_count: '1', Retry_interval: '10' }));
    for (let time = 0; time < 3; time++) {
      cluster.take('n1', fault);
      expect(cluster.ran()).to.deep.equal(restarted);
      cluster.run(11_000);
    }
    cluster.take('n1', fault);
    cluster.take('n1', fault);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
  });

  it('gives over at once with a Retry_count of 0', () => {
    const cluster = CoreCluster.running(2, withOne(2, { Retry_count: '0' }));
    cluster.take('n1', fault);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
  });

  it('gives over at once when it says so, and never when it says that', () => {
    const cluster = CoreCluster.running(2, withOne(2));
    for (let time = 0; time < 4; time++) {
      cluster.take('n1', { ...fault, failover: 'never' });
      expect(cluster.ran()).to.deep.equal(restarted);
    }
    cluster.run(601_000);
    cluster.take('n1', { ...fault, failover: 'at once' });
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
  });

  it('goes on to the next node when MONITOR_CHECK refuses one', () => {
    const cluster = CoreCluster.running(3, withOne(3, { Retry_count: '0' }));
    cluster.ending = ({ node, method }) => ({ ok: !(node === 'n2' && method === 'MONITOR_CHECK') });
    cluster.take('n1', fault);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Offline', 'Online']);
  });

  it('leaves the group where it is when no node agrees, and may ask again', () => {
    const cluster = CoreCluster.running(2, withOne(2, { Retry_count: '0' }));
    cluster.ending = ({ method }) => ({ ok: method !== 'MONITOR_CHECK' });
    cluster.take('n1', fault);
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
    expect(cluster.state('n1').givesOver).to.deep.equal({});
    expect(cluster.state('n1').inquiries).to.deep.equal([]);
    cluster.ending = () => ({});
    cluster.take('n1', fault);
    expect(cluster.groupStates('g1')).to.deep.equal(['Offline', 'Online']);
  });

  it('leaves it where it is when the check hangs, or its node dies', () => {
    for (const how of ['hangs', 'dies']) {
      const cluster = CoreCluster.running(2, withOne(2, { Retry_count: '0' }));
      cluster.ending = ({ method }) => (method === 'MONITOR_CHECK' ? 'later' : {});
      cluster.take('n1', fault);
      expect(cluster.running()).to.include('n2 MONITOR_CHECK');
      if (how === 'dies') cluster.kill('n2');
      cluster.run(3000);
      expect(cluster.groupStates('g1')[0]).to.equal('Online');
      expect(cluster.state('n1').givesOver).to.deep.equal({});
    }
  });

  it('without another node leaves the group alone', () => {
    const cluster = CoreCluster.running(2, withOne(2, { Retry_count: '0' }));
    cluster.kill('n2');
    cluster.run(2000);
    cluster.take('n1', fault);
    cluster.run(1000);
    expect(cluster.ran()).to.deep.equal([]);
    expect(cluster.groupStates('g1')[0]).to.equal('Online');
  });

  it('is asked no node when another died: a takeover does not wait for MONITOR_CHECK', () => {
    const cluster = CoreCluster.running(2, withOne(2));
    cluster.kill('n1');
    cluster.run(2000);
    expect(cluster.ran().filter((one) => one.includes('MONITOR_CHECK'))).to.deep.equal([]);
    expect(cluster.groupStates('g1')[1]).to.equal('Online');
  });

  it('is heard only while it runs', () => {
    const cluster = CoreCluster.running(2, withOne(2));
    expect(cluster.do({ do: 'set-monitored', resources: ['g1-cal'], monitored: false }).exit).to.equal(0);
    expect(cluster.ran()).to.deep.equal(['n1 MONITOR_STOP g1-cal']);
    expect(cluster.resource('n1', 'g1-cal')).to.equal('Online_not_monitored');
    cluster.take('n1', fault);
    cluster.take('n2', fault);
    expect(cluster.ran()).to.deep.equal([]);
    expect(cluster.do({ do: 'set-monitored', resources: ['g1-cal'], monitored: true }).exit).to.equal(0);
    expect(cluster.ran()).to.deep.equal(['n1 MONITOR_START g1-cal']);
  });

  it('that does not start leaves the service as it is, and says so', () => {
    const cluster = CoreCluster.running(2, withOne(2));
    cluster.do({ do: 'set-monitored', resources: ['g1-cal'], monitored: false });
    cluster.ending = ({ method }) => ({ ok: method !== 'MONITOR_START', message: 'no probe' });
    const answer = cluster.do({ do: 'set-monitored', resources: ['g1-cal'], monitored: true });
    expect(answer).to.include({ exit: 1, message: 'g1-cal is Monitor_failed on n1: no probe' });
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
    cluster.do({ do: 'set-monitored', resources: ['g1-cal'], monitored: false });
    expect(cluster.resource('n1', 'g1-cal')).to.equal('Online_not_monitored');
    cluster.ending = () => ({});
    expect(cluster.do({ do: 'set-monitored', resources: ['g1-cal'], monitored: true }).exit).to.equal(0);
  });

  it('says how its resource is, apart from the manager’s state, and others hear it', () => {
    const cluster = CoreCluster.running(2, withOne(2));
    const status = { kind: 'status', resource: 'g1-cal', status: 'Degraded', message: 'slow' } as const;
    cluster.take('n1', status);
    cluster.take('n2', status);
    const shown = cluster.state('n2').peers['n1']?.heartbeat.resources['g1-cal'];
    expect(shown).to.deep.equal({ state: 'Online', status: 'Degraded', message: 'slow' });
    expect(cluster.state('n2').local['g1-cal']).to.equal(undefined);
    cluster.do({ do: 'switch', groups: ['g1'], node: null });
    expect(cluster.state('n1').local['g1-cal']).to.include({
      state: 'Offline',
      status: 'Offline',
      message: '',
    });
  });
});
