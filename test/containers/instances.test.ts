/** Two instances on one node after a switchover: nothing shared but the computing power (guide §6.1.2). */
import { expect } from 'chai';
import { USER } from '../../harness/directory.ts';
import { ofKind } from '../../harness/timeline.ts';
import { type Service, symmetric } from '../../harness/topology.ts';
import type { InstanceSeen } from '../../images/common/protocol.ts';
import { LiveCluster } from '../helpers/live-cluster.ts';
import { WcapUser } from '../helpers/wcap-user.ts';

const [first, second] = symmetric.services as [Service, Service];
const SESSION_INVALID = 1;
const ICSUSER = 6300;
/** What every program on the node has of the image that it was made from, and the kernel's own. */
const OF_THE_IMAGE = /^\/(usr|lib|lib64|bin|etc|dev|proc|sys|memfd:)/;

describe('two instances on one node', function () {
  this.timeout(400_000);
  let cluster: LiveCluster;
  let users: WcapUser[];
  before(async () => {
    cluster = await LiveCluster.start({ topology: symmetric });
    await cluster.setUp();
    const place = await cluster.beside('user', ['sleep', 'infinity']);
    users = [first, second].map(
      (service) => new WcapUser(place, cluster.assembly.plan.logicalAddress(service)),
    );
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  const common = (of: (seen: InstanceSeen) => string[], [one, other]: (InstanceSeen | undefined)[]) =>
    of(one as InstanceSeen).filter((what) => of(other as InstanceSeen).includes(what));

  const look = async (node: string) => {
    const bases = [first, second].map(({ serverBase }) => serverBase);
    const { value } = await cluster.assembly.witness.channel.order('instances', { node, bases });
    const seen = value as InstanceSeen[];
    return bases.map((base) => seen.find((one) => one.base === base));
  };
  const programs = (seen: InstanceSeen | undefined) =>
    (seen?.processes ?? []).map(({ program }) => program.split('/').at(-1));

  async function served(service: Service, node: string): Promise<void> {
    const sinceMs = cluster.recorder.nowMs();
    await cluster.until(`clients of ${service.group} are served by ${node}`, () =>
      ofKind(cluster.recorder.events, 'operation').some(
        (one) =>
          one.service === service.group &&
          one.operation === 'write' &&
          one.outcome === 'ok' &&
          (one.plannedMs ?? 0) > sinceMs &&
          one.node === node,
      ),
    );
  }

  it('each is served by its own node, from the server on its own shared disk', async () => {
    await served(first, 'Node1');
    await served(second, 'Node2');
    const [own, foreign] = await look('Node1');
    expect(own?.mounts).to.deep.equal([first.mountPoint]);
    expect(programs(own)).to.include.members(['watcher.ts', 'csstored.ts', 'cshttpd.ts']);
    expect(foreign).to.equal(undefined);
    await cluster.printed('Node1', 'pkginfo -l', /PRODVERS: {2}6\.3-0\s+BASEDIR: {2}\/opt\/Node1/);
    await cluster.printed('Node2', 'pkginfo', /\(\/opt\/Node2\)/);
  });

  it('after the switchover both run on one node, and clients of both are served', async () => {
    await cluster.ok('Node1', `scswitch -z -g ${second.group} -h Node1`);
    await served(first, 'Node1');
    await served(second, 'Node1');
    await cluster.printed('Node1', 'pkginfo', /\(\/opt\/Node1\)\n.*\(\/opt\/Node2\)/);
    expect(await look('Node2')).to.deep.equal([undefined, undefined]);
  });

  it('no process, file, mount, address or port in common', async () => {
    const both = await look('Node1');
    for (const one of both) {
      expect(programs(one)).to.include.members(['watcher.ts', 'enpd.ts', 'csstored.ts', 'cshttpd.ts']);
      expect(one?.users).to.deep.equal([ICSUSER]);
    }
    expect(common(({ processes }) => processes.map(({ pid }) => String(pid)), both)).to.deep.equal([]);
    const files = common((seen) => seen.files, both);
    expect(files.filter((path) => !OF_THE_IMAGE.test(path))).to.deep.equal([]);
    // That the witness saw what it compares.
    expect(files.some((path) => path.endsWith('/node'))).to.equal(true);
    for (const [index, { mountPoint }] of [first, second].entries())
      expect(both[index]?.files.filter((path) => path.startsWith(`${mountPoint}/csdb/`))).to.not.be.empty;
    expect(both.map((one) => one?.mounts)).to.deep.equal([[first.mountPoint], [second.mountPoint]]);
    expect(common(({ listening }) => listening, both)).to.deep.equal([]);
    const addressesOf = ({ listening }: InstanceSeen) => listening.map((place) => place.replace(/:\d+$/, ''));
    expect(common(addressesOf, both)).to.deep.equal([]);
    for (const [index, service] of [first, second].entries())
      expect(both[index]?.listening).to.include(`${cluster.assembly.plan.logicalAddress(service)}:80`);
  });

  it('a session of one is none of the other', async () => {
    const [one, other] = users as [WcapUser, WcapUser];
    const ids = [await one.session(USER.user, USER.password), await other.session(USER.user, USER.password)];
    for (const [user, id] of [
      [one, ids[1]],
      [other, ids[0]],
    ] as const) {
      const { errno } = await user.call('fetchcomponents_by_range', { id: id ?? '', calid: USER.user });
      expect(errno).to.equal(SESSION_INVALID);
    }
  });

  it('one is stopped, patched and started while the other serves on', async () => {
    const { serverResource, serverBase } = second;
    const patch = 'patchadd -R /opt/Node2 963001-01';
    const refused = await cluster.on('Node1', patch);
    expect(refused.exit).to.equal(1);
    expect(refused.output).to.include(`the calendar server of ${serverBase} runs on this node`);
    await cluster.ok('Node1', `scswitch -n -j ${serverResource}`, patch, `scswitch -e -j ${serverResource}`);
    await served(second, 'Node1');
    await served(first, 'Node1');
    await cluster.printed(
      'Node1',
      'pkginfo -l',
      /6\.3-0\s+BASEDIR: {2}\/opt\/Node1[\s\S]*6\.3-1\s+BASEDIR: {2}\/opt\/Node2/,
    );
    // The record goes where the disk goes.
    await cluster.ok('Node1', `scswitch -z -g ${second.group} -h Node2`);
    await served(second, 'Node2');
    expect(await cluster.ok('Node2', 'showrev -p')).to.include('963001-01');
    expect(await cluster.ok('Node1', 'showrev -p')).to.equal('');
  });
});
