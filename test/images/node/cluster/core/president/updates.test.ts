import { expect } from 'chai';
import type { Change } from '../../../../../../images/node/cluster/core/types.ts';
import { CoreCluster } from '../../../../../helpers/core-cluster.ts';

const addGroup: Change = { do: 'add-group', group: 'g3', nodelist: null, properties: {} };
const given = { standard: { R_description: 'new' }, extension: {} };
const addServer: Change = { do: 'add-resource', resource: 'r', type: 'SUNW.scics', group: 'g1', given };
const has = (cluster: CoreCluster, node: string) =>
  cluster.state(node).repository.groups.some(({ name }) => name === 'g3');

describe('an update of the configuration', () => {
  it('is answered once every member has it on its disk', () => {
    const cluster = CoreCluster.running(3);
    cluster.saves = (node) => node !== 'n3';
    const answer = cluster.request('n2', addGroup);
    cluster.run(1000);
    expect(has(cluster, 'n3')).to.equal(true);
    expect(answer()).to.equal(undefined);
    cluster.take('n3', { kind: 'saved', version: cluster.state('n3').repository.version });
    expect(answer()?.exit).to.equal(0);
  });

  it('waits for no disk if it is one of the placement only, and leaves the repository’s version alone', () => {
    const cluster = CoreCluster.running(3);
    const { version } = cluster.state('n1').repository;
    cluster.saves = () => false;
    expect(cluster.do({ do: 'switch', groups: ['g1'], node: 'n2' }).exit).to.equal(0);
    expect(cluster.do({ do: 'set-enabled', resources: ['g1-cal'], enabled: true }).exit).to.equal(0);
    expect(cluster.state('n3').repository.version).to.equal(version);
  });

  it('keeps all others out until it is done', () => {
    const cluster = CoreCluster.running(2);
    cluster.saves = () => false;
    const first = cluster.request('n2', addGroup);
    const second = cluster.request('n1', { do: 'switch', groups: ['g1'], node: 'n2' });
    const refused = { exit: 1, message: 'cluster is reconfiguring; try again later' };
    expect(second()).to.include(refused);
    expect(first()).to.equal(undefined);
    expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
  });

  describe('whose president dies in the middle of it', () => {
    it('is done, and not twice, if a member had heard of it', () => {
      const cluster = CoreCluster.running(3);
      cluster.saves = () => false;
      cluster.cut = (from, to) => from === 'n1' && to === 'n3';
      const answer = cluster.request('n2', addGroup);
      expect([has(cluster, 'n2'), has(cluster, 'n3')]).to.deep.equal([true, true]);
      cluster.kill('n1');
      cluster.cut = () => false;
      cluster.saves = () => true;
      cluster.run(3000);
      expect(answer()).to.include({ exit: 0, message: '' });
      expect(has(cluster, 'n3')).to.equal(true);
      expect(cluster.state('n2').repository).to.deep.equal(cluster.state('n3').repository);
      expect(cluster.state('n2').placement.applied).to.deep.equal(['r1']);
    });

    it('is done by the next one if nobody had heard of it', () => {
      const cluster = CoreCluster.running(3);
      cluster.cut = (from) => from === 'n1';
      const answer = cluster.request('n2', addGroup);
      expect(has(cluster, 'n1')).to.equal(true);
      expect(has(cluster, 'n2')).to.equal(false);
      cluster.kill('n1');
      cluster.run(3000);
      expect(answer()?.exit).to.equal(0);
      expect(has(cluster, 'n3')).to.equal(true);
    });

    it('is not done if its asker died with it and nobody had heard of it', () => {
      const cluster = CoreCluster.running(3);
      cluster.cut = (from) => from === 'n1';
      cluster.request('n1', addGroup);
      cluster.kill('n1');
      cluster.run(3000);
      expect([has(cluster, 'n2'), has(cluster, 'n3')]).to.deep.equal([false, false]);
      cluster.boot('n1', cluster.state('n2').repository);
      cluster.cut = () => false;
      cluster.run(3000);
      expect(has(cluster, 'n1')).to.equal(false);
    });

    it('is in neither half or in both when its last word comes after the next one has begun', () => {
      const cluster = CoreCluster.running(3);
      // Nothing is left to take over, which would number the placement anew in any case.
      cluster.do({ do: 'switch', groups: ['g1'], node: 'n2' });
      cluster.cut = (from) => from === 'n1';
      cluster.request('n1', addGroup, 'late');
      const heartbeat = cluster.state('n1').said;
      if (heartbeat === null) throw new Error('n1 has said nothing');
      expect(heartbeat.placement.applied).to.include('late');
      cluster.kill('n1');
      cluster.run(1000);
      expect(cluster.state('n2').view?.members).to.deep.equal(['n2', 'n3']);
      cluster.take('n2', { kind: 'heartbeat', heartbeat });
      for (const node of ['n2', 'n3']) {
        const { applied } = cluster.state(node).placement;
        expect(applied.includes('late'), `placement of ${node}`).to.equal(has(cluster, node));
      }
      cluster.run(3000);
      expect([has(cluster, 'n2'), has(cluster, 'n3')]).to.deep.equal([false, false]);
    });

    it('is waited for by the next one, where it is an order', () => {
      const cluster = CoreCluster.running(3);
      cluster.ending = ({ method, node }) => (method === 'START' && node === 'n2' ? 'later' : {});
      const answer = cluster.request('n3', { do: 'switch', groups: ['g1'], node: 'n2' });
      expect(cluster.running()).to.equal('n2 START g1-host');
      cluster.kill('n1');
      cluster.run(700);
      const { serial } = cluster.state('n2').placement.targets['g1'] ?? {};
      cluster.ending = () => ({});
      cluster.end('n2 START g1-host');
      cluster.run(500);
      expect(answer()?.exit).to.equal(0);
      expect(cluster.state('n3').placement.targets['g1']?.serial).to.equal(serial);
    });
  });

  it('remembers the last 64 that went in', () => {
    const cluster = CoreCluster.running(2);
    for (let time = 0; time < 70; time++) cluster.do({ do: 'switch', groups: ['g1'], node: 'n1' });
    const { applied } = cluster.state('n2').placement;
    expect([applied.length, applied[0], applied.at(-1)]).to.deep.equal([64, 'r7', 'r70']);
  });

  it('answers everyone, however many ask at the same time', () => {
    const cluster = CoreCluster.running(2);
    cluster.saves = () => false;
    cluster.cut = () => true;
    const answers = Array.from({ length: 50 }, () => cluster.request('n2', addGroup));
    cluster.cut = () => false;
    cluster.saves = () => true;
    cluster.run(2000);
    expect(answers.filter((answer) => answer()?.exit === 0)).to.have.length(1);
    expect(answers.filter((answer) => answer() === undefined)).to.deep.equal([]);
    expect(cluster.state('n1').answers).to.deep.equal([]);
  });
});

describe('VALIDATE', () => {
  it('sees a new resource on every member of the Nodelist before anything changes', () => {
    const cluster = CoreCluster.running(3);
    cluster.do({ do: 'change-group', group: 'g1', nodelist: ['n1', 'n3'], properties: {} });
    cluster.ran();
    cluster.ending = ({ method }) => (method === 'VALIDATE' ? 'later' : {});
    const answer = cluster.request('n2', addServer);
    expect(cluster.running().split(', ').sort()).to.deep.equal(['n1 VALIDATE r', 'n3 VALIDATE r']);
    const run = cluster.effects.find(({ effect }) => effect.kind === 'run-method')?.effect;
    expect(run).to.deep.include({ kind: 'run-method', method: 'VALIDATE' });
    expect(run && 'resource' in run && run.resource.properties).to.deep.equal({ R_description: 'new' });
    expect(cluster.state('n1').repository.resources.map(({ name }) => name)).not.to.include('r');
    cluster.end('n1 VALIDATE r');
    expect(answer()).to.equal(undefined);
    cluster.end('n3 VALIDATE r');
    expect(answer()?.exit).to.equal(0);
    expect(cluster.state('n2').repository.resources.map(({ name }) => name)).to.include('r');
  });

  it('refuses the command if it fails anywhere, with the node and what it said', () => {
    const cluster = CoreCluster.running(2);
    const { repository } = cluster.state('n1');
    cluster.ending = ({ node }) => ({ ok: node !== 'n2', message: 'no mount point /cal' });
    const change: Change = { do: 'change-resource', resource: 'g1-cal', given };
    expect(cluster.do(change)).to.include({
      exit: 1,
      message: 'n2: VALIDATE of g1-cal: no mount point /cal',
    });
    expect(cluster.state('n1').repository).to.equal(repository);
    expect(cluster.state('n1').inquiries).to.deep.equal([]);
    expect(cluster.state('n2').replies).to.deep.equal([]);
  });

  it('refuses it if what must be the same on all nodes is not, and says what', () => {
    const cluster = CoreCluster.running(3);
    cluster.ending = ({ node }) => ({ agree: { 'the line of /cal': node === 'n2' ? 'noatime' : 'logging' } });
    expect(cluster.do(addServer).message).to.equal(
      'the line of /cal differs: "logging" on n1, "noatime" on n2; make it the same on all nodes',
    );
  });

  it('that hangs is ended by its timeout, and the command with it', () => {
    const cluster = CoreCluster.running(2);
    cluster.ending = ({ node }) => (node === 'n2' ? 'later' : {});
    const answer = cluster.request('n1', addServer);
    cluster.run(1500);
    expect(answer()).to.include({ exit: 1, message: 'n2: VALIDATE of r: VALIDATE timed out after 1 s' });
  });

  it('does not wait for a node that died', () => {
    const cluster = CoreCluster.running(3);
    cluster.ending = ({ node }) => (node === 'n3' ? 'later' : {});
    const answer = cluster.request('n1', addServer);
    expect(answer()).to.equal(undefined);
    cluster.kill('n3');
    cluster.run(3000);
    expect(answer()?.exit).to.equal(0);
  });

  it('is asked again by the next president, and the one begun before is ended', () => {
    const cluster = CoreCluster.running(3);
    cluster.do({ do: 'change-resource', resource: 'g2-cal', given });
    cluster.ran();
    cluster.ending = ({ method }) => (method === 'VALIDATE' ? 'later' : {});
    const answer = cluster.request('n2', addServer);
    const [old] = cluster.open.filter(({ node }) => node === 'n2');
    cluster.kill('n1');
    cluster.run(800);
    expect(cluster.ran()).to.include(`n2 kills ${old?.callId}`);
    for (const call of cluster.running().split(', ')) cluster.end(call);
    cluster.run(300);
    expect(answer()?.exit).to.equal(0);
  });

  it('keeps other commands out as long as it is asked, and -Q ends it with the command', () => {
    const cluster = CoreCluster.running(2);
    const { repository } = cluster.state('n1');
    cluster.ending = ({ method }) => (method === 'VALIDATE' ? 'later' : {});
    const first = cluster.request('n2', addServer);
    const second = cluster.request('n1', addGroup);
    expect(second()).to.include({ exit: 1, message: 'cluster is reconfiguring; try again later' });
    expect(first()).to.equal(undefined);
    expect(cluster.do({ do: 'quiesce', groups: [] }).exit).to.equal(0);
    expect(first()).to.include({ exit: 1, message: 'interrupted by scswitch -Q' });
    cluster.run(300);
    expect(cluster.ran().filter((one) => one.includes('kills'))).to.have.length(2);
    expect(cluster.state('n2').repository).to.equal(cluster.state('n1').repository);
    expect(cluster.state('n1').repository).to.equal(repository);
  });

  it('is not needed where a type has none', () => {
    const cluster = CoreCluster.running(2);
    const type = { ...(cluster.state('n1').repository.types[2] ?? []), name: 'SUNW.plain', methods: {} };
    cluster.do({ do: 'register-type', type: type as never });
    cluster.ran();
    expect(cluster.do({ ...addServer, type: 'SUNW.plain' }).exit).to.equal(0);
    expect(cluster.ran()).to.deep.equal([]);
  });
});
