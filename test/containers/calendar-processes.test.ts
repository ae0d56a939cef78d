/** The server's processes under a cluster: one that dies is started again, one that dies twice takes the service along. */
import { expect } from 'chai';
import { setUpCommands, topologies } from '../../harness/topology.ts';
import { LiveCluster } from '../helpers/live-cluster.ts';

const BASE = '/opt/SUNWics5/cal';
const RUN = '/var/run/ics.opt.SUNWics5.cal';
const ALL = ['watcher', 'enpd', 'csstored', 'csnotifyd', 'csadmind', 'cshttpd'];
const ICSUSER = 6300;

const nameOf = (command: string) => new RegExp(`${BASE}/lib/(\\w+)\\.ts ${BASE}$`).exec(command)?.[1];

/** Names of the server's processes that the witness sees on a node, those of a start or stop under way left out. */
function names({ commands }: { commands: string[] }): string[] {
  const found = commands.map(nameOf).filter((name) => name !== undefined);
  return ALL.filter((name) => found.includes(name));
}

/** The number of a process on a node, as the witness saw it last. */
function pidOf(cluster: LiveCluster, node: string, name: string): number | undefined {
  const last = cluster.events('processes').findLast((event) => event.node === node);
  return last?.processes.find(({ command }) => nameOf(command) === name)?.pid;
}

async function whole(cluster: LiveCluster, node: string): Promise<void> {
  await cluster.seen(node, 'with all of the server', (now) => names(now).length === ALL.length);
}

/** Kills a process; another one of its name is there, and serves, when this resolves. */
async function killOnce(cluster: LiveCluster, node: string, name: string): Promise<void> {
  const before = pidOf(cluster, node, name);
  await kill(cluster, node, name);
  await cluster.until(`another ${name}`, () => {
    const now = pidOf(cluster, node, name);
    return now !== undefined && now !== before;
  });
  await cluster.printed(node, `tail -n 1 ${RUN}/watcher.log`, new RegExp(`${name} serves again`));
}

const kill = (cluster: LiveCluster, node: string, name: string) =>
  cluster.ok(node, `kill -KILL $(cat ${RUN}/${name}.pid)`);

function servedBy(cluster: LiveCluster, sinceMs: number): Set<string> {
  const ok = cluster
    .events('operation')
    .filter(({ outcome, plannedMs = 0 }) => outcome === 'ok' && plannedMs > sinceMs);
  return ok.length >= 20 ? new Set(ok.map(({ node }) => node)) : new Set();
}

async function serves(cluster: LiveCluster, node: string): Promise<void> {
  const sinceMs = cluster.recorder.nowMs();
  await cluster.until(`clients served by ${node}`, () => servedBy(cluster, sinceMs).has(node));
}

describe("the calendar server's processes under a cluster", function () {
  this.timeout(300_000);
  let cluster: LiveCluster;
  before(async () => {
    const [topology] = topologies;
    if (topology === undefined) throw new Error('there is no topology');
    cluster = await LiveCluster.start({ topology, load: { ratePerSecond: 40, timeoutMs: 1000 } });
    await cluster.ok('Node1', ...setUpCommands(topology));
    await whole(cluster, 'Node1');
    await serves(cluster, 'Node1');
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  it('all run as icsuser, cshttpd with no privilege but that of its port', async () => {
    const uids = await cluster.ok('Node1', 'ps -eo uid,args');
    const owners = uids.split('\n').flatMap((line) => {
      const [, uid, command = ''] = /^\s*(\d+) (.*?)\s*$/.exec(line) ?? [];
      const name = nameOf(command);
      return name === undefined ? [] : [[name, Number(uid)]];
    });
    expect(Object.fromEntries(owners)).to.deep.equal(Object.fromEntries(ALL.map((name) => [name, ICSUSER])));
    const effective = await cluster.ok('Node1', `grep CapEff /proc/$(cat ${RUN}/cshttpd.pid)/status`);
    expect(effective).to.match(/CapEff:\s+0*400$/m);
    const others = await cluster.ok('Node1', `grep CapEff /proc/$(cat ${RUN}/csstored.pid)/status`);
    expect(others).to.match(/CapEff:\s+0+$/m);
  });

  it('one that dies is started again by the watcher; the group stays, and clients are served', async () => {
    const before = pidOf(cluster, 'Node1', 'watcher');
    await killOnce(cluster, 'Node1', 'csstored');
    await serves(cluster, 'Node1');
    expect(pidOf(cluster, 'Node1', 'watcher'), 'the watcher').to.equal(before);
  });

  it('dead a second time it takes the instance along; the cluster restarts that where it was', async () => {
    const before = pidOf(cluster, 'Node1', 'watcher');
    const sinceMs = cluster.recorder.nowMs();
    await kill(cluster, 'Node1', 'csstored');
    await cluster.until(
      'another watcher',
      () => ![undefined, before].includes(pidOf(cluster, 'Node1', 'watcher')),
    );
    await whole(cluster, 'Node1');
    await serves(cluster, 'Node1');
    const none = cluster
      .events('processes', sinceMs)
      .some(({ node, processes }) => node === 'Node1' && !processes.some(({ command }) => nameOf(command)));
    expect(none, 'the witness saw Node1 without any process of the server').to.equal(true);
    expect(names(cluster.witnessed('Node2'))).to.deep.equal([]);
  });

  it('where no restart is left, the group moves to the backup', async () => {
    await cluster.ok('Node1', 'scrgadm -c -j CAL-SVR-RS -y Retry_count=0');
    await killOnce(cluster, 'Node1', 'cshttpd');
    await kill(cluster, 'Node1', 'cshttpd');
    await whole(cluster, 'Node2');
    await cluster.seen('Node1', 'without the server', (now) => names(now).length === 0);
    await serves(cluster, 'Node2');
  });

  it('start-cal and stop-cal by hand: already running is said, and no process is left', async () => {
    const said = await cluster.ok('Node2', `${BASE}/sbin/start-cal`);
    for (const name of ALL) expect(said).to.match(new RegExp(`${name} is running already`));
    const { exit, output } = await cluster.on('Node2', `${BASE}/sbin/start-cal calendar`);
    expect(exit).to.equal(2);
    expect(output).to.match(/usage: start-cal/);
    await cluster.ok('Node2', 'scswitch -F -g CAL-RG');
    await cluster.seen('Node2', 'without the server', (now) => names(now).length === 0);
    expect(await cluster.ok('Node2', `ls ${RUN}`)).to.not.match(/\.(pid|sock|settings)/);
  });
});
