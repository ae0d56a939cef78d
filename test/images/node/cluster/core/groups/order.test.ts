import { expect } from 'chai';
import { CoreCluster } from '../../../../../helpers/core-cluster.ts';
import { repositoryFor, resource } from '../../../../../helpers/core-repository.ts';

/** One group on n1 with two addresses, two disks and two servers, the second above the first. */
function twoOfEach() {
  const repository = repositoryFor(2);
  repository.groups = repository.groups.slice(0, 1);
  repository.resources = [
    ...repository.resources.filter(({ group }) => group === 'g1'),
    resource('g1-host2', 'SUNW.LogicalHostname', 'g1', { properties: { HostnameList: 'h2' } }),
    resource('g1-disk2', 'SUNW.HAStoragePlus', 'g1'),
    resource('g1-top', 'SUNW.scics', 'g1', { properties: { Resource_dependencies: 'g1-cal' } }),
  ];
  return repository;
}

/** Ends what runs, all of it together, and tells what ran in each round. */
function rounds(cluster: CoreCluster): string[] {
  const told: string[] = [];
  for (let round = cluster.running(); round !== ''; round = cluster.running()) {
    told.push(round.replaceAll(/n\d /g, '').split(', ').sort().join(', '));
    for (const call of round.split(', ')) cluster.end(call);
  }
  return told;
}

describe('the methods of a group', () => {
  const offline = { do: 'switch' as const, groups: ['g1'], node: null };
  const online = { do: 'switch' as const, groups: ['g1'], node: 'n1' };

  it('start addresses, then storage, then applications, those of one kind together, and monitors at once', () => {
    const cluster = CoreCluster.running(2, twoOfEach());
    cluster.do(offline);
    cluster.ending = () => 'later';
    const answer = cluster.request('n2', online);
    expect(rounds(cluster)).to.deep.equal([
      'PRENET_START g1-host, PRENET_START g1-host2',
      'PRENET_START g1-disk, PRENET_START g1-disk2',
      'START g1-host, START g1-host2',
      'MONITOR_START g1-host, MONITOR_START g1-host2, START g1-disk, START g1-disk2',
      'START g1-cal',
      'MONITOR_START g1-cal, START g1-top',
      'MONITOR_START g1-top',
    ]);
    expect(answer()?.exit).to.equal(0);
  });

  it('stop all monitors together, then applications, storage and addresses, then storage for good', () => {
    const cluster = CoreCluster.running(2, twoOfEach());
    cluster.ending = () => 'later';
    const answer = cluster.request('n2', offline);
    expect(rounds(cluster)).to.deep.equal([
      'MONITOR_STOP g1-cal, MONITOR_STOP g1-host, MONITOR_STOP g1-host2, MONITOR_STOP g1-top',
      'STOP g1-top',
      'STOP g1-cal',
      'STOP g1-disk, STOP g1-disk2',
      'STOP g1-host, STOP g1-host2',
      'POSTNET_STOP g1-disk, POSTNET_STOP g1-disk2',
    ]);
    expect(answer()?.exit).to.equal(0);
  });

  it('stop nothing before the last monitor has stopped', () => {
    const cluster = CoreCluster.running(2);
    cluster.ending = ({ method, resource: name }) =>
      method === 'MONITOR_STOP' && name === 'g1-host' ? 'later' : {};
    cluster.request('n1', offline);
    expect(cluster.ran()).to.deep.equal(['n1 MONITOR_STOP g1-cal', 'n1 MONITOR_STOP g1-host']);
    cluster.end('n1 MONITOR_STOP g1-host');
    expect(cluster.ran()[0]).to.equal('n1 STOP g1-cal');
  });

  it('need no monitor to be running for the group to be online, but a command ends only then', () => {
    const cluster = CoreCluster.running(2);
    cluster.do(offline);
    cluster.ending = ({ method }) => (method === 'MONITOR_START' ? 'later' : {});
    const answer = cluster.request('n1', online);
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
    expect(cluster.resource('n1', 'g1-cal')).to.equal('Online_not_monitored');
    expect(answer()).to.equal(undefined);
    cluster.end('n1 MONITOR_START g1-host');
    cluster.end('n1 MONITOR_START g1-cal');
    expect(cluster.resource('n1', 'g1-cal')).to.equal('Online');
    expect(answer()?.exit).to.equal(0);
  });

  it('are skipped where a type has none', () => {
    const repository = repositoryFor(2);
    repository.types = repository.types.map((type) =>
      type.kind === 'storage' ? { ...type, methods: { PRENET_START: 'p', POSTNET_STOP: 'q' } } : type,
    );
    const cluster = CoreCluster.running(2, repository);
    cluster.do(offline);
    const disk = cluster.ran().filter((one) => one.endsWith('g1-disk'));
    expect(disk).to.deep.equal(['n1 POSTNET_STOP g1-disk']);
    expect(cluster.resource('n1', 'g1-disk')).to.equal('Offline');
    cluster.do(online);
    expect(cluster.ran().filter((one) => one.endsWith('g1-disk'))).to.deep.equal(['n1 PRENET_START g1-disk']);
    expect(cluster.resource('n1', 'g1-disk')).to.equal('Online_not_monitored');
  });

  it('leave the rest alone when one resource is disabled and enabled', () => {
    const cluster = CoreCluster.running(2, twoOfEach());
    cluster.do({ do: 'set-enabled', resources: ['g1-top'], enabled: false });
    expect(cluster.ran()).to.deep.equal(['n1 MONITOR_STOP g1-top', 'n1 STOP g1-top']);
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
    cluster.do({ do: 'set-enabled', resources: ['g1-top'], enabled: true });
    expect(cluster.ran()).to.deep.equal(['n1 START g1-top', 'n1 MONITOR_START g1-top']);
  });

  it('wait for what is only weakly needed, and do without it', () => {
    const repository = repositoryFor(2);
    const weak = { properties: { Resource_dependencies_weak: 'g1-cal' } };
    repository.resources.push(resource('g1-after', 'SUNW.scics', 'g1', weak));
    const cluster = CoreCluster.running(2, repository);
    cluster.do(offline);
    cluster.ran();
    cluster.ending = ({ method, resource: name }) => (method === 'START' && name === 'g1-cal' ? 'later' : {});
    const answer = cluster.request('n1', online);
    expect(cluster.ran()).not.to.include('n1 START g1-after');
    cluster.end('n1 START g1-cal');
    expect(cluster.ran()).to.include('n1 START g1-after');
    expect(answer()?.exit).to.equal(0);
    cluster.do({ do: 'set-enabled', resources: ['g1-cal'], enabled: false });
    expect(cluster.resource('n1', 'g1-after')).to.equal('Online');
  });

  it('wait in one group for a resource of another', () => {
    const repository = repositoryFor(2);
    const above = { properties: { Resource_dependencies: 'g2-cal' } };
    repository.resources.push(resource('g1-above', 'SUNW.scics', 'g1', above));
    const cluster = CoreCluster.running(2, repository);
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
    cluster.do({ do: 'switch', groups: ['g1', 'g2'], node: null });
    const alone = cluster.do(online);
    expect(cluster.groupStates('g1')).to.deep.equal(['Pending_online_blocked', 'Offline']);
    expect(alone.exit).to.equal(1);
    expect(alone.message).to.match(/g1 waits on n1 for a resource of another group that is online nowhere/);
    expect(cluster.do({ do: 'switch', groups: ['g2'], node: 'n2' }).exit).to.equal(0);
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
  });

  it('follow what is needed where that is not the order of kinds', () => {
    const repository = repositoryFor(2);
    const above = { Resource_dependencies: 'g1-disk', HostnameList: 'late' };
    repository.resources.push(resource('g1-late', 'SUNW.LogicalHostname', 'g1', { properties: above }));
    const cluster = CoreCluster.running(2, repository);
    cluster.do(offline);
    cluster.ran();
    expect(cluster.do(online).exit).to.equal(0);
    const ran = cluster.ran();
    expect(ran.indexOf('n1 PRENET_START g1-late')).to.be.greaterThan(ran.indexOf('n1 PRENET_START g1-disk'));
    expect(ran.indexOf('n1 START g1-late')).to.be.greaterThan(ran.indexOf('n1 START g1-disk'));
    expect(ran.indexOf('n1 START g1-cal')).to.be.greaterThan(ran.indexOf('n1 START g1-late'));
  });

  it('never run twice on a resource at a time: a stop waits for the start', () => {
    const cluster = CoreCluster.running(3);
    cluster.ending = ({ method, resource: name }) =>
      method === 'START' && name === 'g1-host' ? 'later' : {};
    cluster.request('n1', { do: 'switch', groups: ['g1'], node: 'n2' });
    // The president dies, and with it the command.
    cluster.kill('n1');
    cluster.run(800);
    expect(cluster.running()).to.equal('n2 START g1-host');
    const answer = cluster.request('n2', offline);
    cluster.ran();
    cluster.run(100);
    expect(cluster.ran()).to.deep.equal([]);
    cluster.end('n2 START g1-host');
    expect(cluster.ran()).to.deep.equal(['n2 STOP g1-host', 'n2 POSTNET_STOP g1-disk']);
    expect(answer()?.exit).to.equal(0);
  });
});
