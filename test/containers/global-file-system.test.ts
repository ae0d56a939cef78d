/** Global and failover file systems on real nodes, side by side: what the kernel's tables say, and what of a write stays. */
import { expect } from 'chai';
import { $ } from 'zx';
import { until } from '../../harness/clock.ts';
import { FAILOVER, GLOBAL, GlobalCluster, shared } from '../helpers/global-cluster.ts';

/** Appends numbers one by one and makes each durable; those for which all of that succeeded go to a file of the node. */
const WRITER = `
use strict; use IO::Handle;
open(my $acknowledged, ">>", "/tmp/acknowledged") or die; $acknowledged->autoflush(1);
for (my $number = 1; ; $number++) {
  open(my $file, ">>", "$ARGV[0]/$ARGV[1]") or do { select undef, undef, undef, 0.02; next };
  my $line = "$number\\n";
  my $done = syswrite($file, $line) == length $line && $file->sync;
  print $acknowledged $line if close($file) && $done;
}`;
const SOME = 100;
const HOST_ANSWERS_WITHIN = '20s';

describe('global file systems', function () {
  this.timeout(600_000);
  let cluster: GlobalCluster;
  before(async () => {
    cluster = await GlobalCluster.start();
    await cluster.untilMembers(...shared.nodes);
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  const wrote = async (node: string) =>
    Number(await cluster.ok(node, 'cat /tmp/acknowledged 2>/dev/null | wc -l'));

  async function startWriter(node: string, name: string): Promise<void> {
    await cluster.ok(
      node,
      `rm -f /tmp/acknowledged; perl -e '${WRITER}' ${GLOBAL} ${name} >/dev/null 2>&1 &`,
    );
  }

  async function moreAcknowledged(node: string): Promise<void> {
    const before = await wrote(node);
    let now = before;
    await until(
      `${SOME} more writes on ${node}`,
      60_000,
      async () => {
        now = await wrote(node);
        return now >= before + SOME || undefined;
      },
      { everyMs: 100, missing: () => `${now - before} were acknowledged` },
    );
  }

  async function needEverything(writer: string, reader: string, name: string): Promise<void> {
    const written = (await cluster.ok(writer, 'cat /tmp/acknowledged')).split('\n');
    const there = new Set((await cluster.ok(reader, `cat ${GLOBAL}/${name}`)).split('\n'));
    expect(written.filter((number) => !there.has(number))).to.deep.equal([]);
  }

  /** What a file system in user space could hang: see that it does not. */
  async function hostAnswers(): Promise<void> {
    await $`timeout ${HOST_ANSWERS_WITHIN} sync`;
    await $`timeout ${HOST_ANSWERS_WITHIN} losetup -a`;
  }

  const untilDiskOf = async (point: string, ...nodes: string[]) => {
    await cluster.recorder.until(
      `${point} from the disk on ${nodes.join(', ') || 'no node'} alone`,
      60_000,
      () => cluster.diskMounts(point).join() === nodes.join() || undefined,
      () => `it is on ${cluster.diskMounts(point).join(', ') || 'none'}`,
    );
  };

  it('mounted at boot on all nodes, from the disk on one; a failover file system on none', async () => {
    await untilDiskOf(GLOBAL, 'Node1');
    for (const node of shared.nodes) await cluster.untilOn(node, `findmnt -n ${GLOBAL}`, /fuse.sshfs|ext4/);
    expect(cluster.diskMounts(FAILOVER)).to.deep.equal([]);
  });

  it('what one node writes the others read, one without a cable to the array too', async () => {
    await cluster.ok('Node3', `echo three > ${GLOBAL}/file`);
    expect(await cluster.ok('Node1', `cat ${GLOBAL}/file`)).to.equal('three');
    await cluster.ok('Node1', `echo one >> ${GLOBAL}/file && mkdir ${GLOBAL}/folder`);
    expect(await cluster.ok('Node2', `cat ${GLOBAL}/file && ls ${GLOBAL}`)).to.match(
      /three\none\n(.*\n)*folder/,
    );
    await cluster.ok('Node2', `mv ${GLOBAL}/file ${GLOBAL}/folder/moved`);
    expect(await cluster.ok('Node3', `cat ${GLOBAL}/folder/moved`)).to.equal('three\none');
  });

  it('what a node has read before it reads anew: content, size and names', async () => {
    const seen = `cat ${GLOBAL}/again; stat -c %s ${GLOBAL}/again; ls ${GLOBAL}/names`;
    await cluster.ok('Node1', `mkdir ${GLOBAL}/names; echo old > ${GLOBAL}/again`);
    for (const node of ['Node2', 'Node3']) expect(await cluster.ok(node, seen), node).to.equal('old\n4');
    await cluster.ok('Node1', `echo newer > ${GLOBAL}/again; touch ${GLOBAL}/names/one`);
    for (const node of ['Node2', 'Node3'])
      expect(await cluster.ok(node, seen), node).to.equal('newer\n6\none');
  });

  it('three nodes append to one file, and no line is lost', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => index);
    const append = (node: string) =>
      cluster.ok(node, `for line in ${lines.join(' ')}; do echo ${node} $line >> ${GLOBAL}/lines; done`);
    await Promise.all(shared.nodes.map(append));
    const all = shared.nodes.flatMap((node) => lines.map((line) => `${node} ${line}`));
    expect((await cluster.ok('Node3', `cat ${GLOBAL}/lines`)).split('\n')).to.have.members(all);
  });

  it('the operator switches the device group: the next primary mounts, and who is in the file system stays there', async () => {
    const inside = `cd ${GLOBAL}/folder; while test ! -e stop; do sleep 0.1; done; cat moved > /tmp/inside`;
    await cluster.ok('Node3', `sh -c '${inside}' >/dev/null 2>&1 &`);
    await cluster.ok('Node3', 'scswitch -z -D penguin -h Node2');
    await untilDiskOf(GLOBAL, 'Node2');
    for (const node of shared.nodes)
      expect(await cluster.ok(node, `cat ${GLOBAL}/folder/moved`)).to.equal('three\none');
    await cluster.ok('Node1', `touch ${GLOBAL}/folder/stop`);
    await cluster.untilOn('Node3', 'cat /tmp/inside', /three\none/);
  });

  it('a group with a file system of either kind: the device group follows it, the failover one is on its node only', async () => {
    const commands = [
      'scrgadm -a -t SUNW.HAStoragePlus',
      'scrgadm -a -g both -h Node1,Node2',
      `scrgadm -a -j storage -g both -t SUNW.HAStoragePlus -x FilesystemMountPoints=${GLOBAL},${FAILOVER}`,
      'scswitch -Z -g both',
    ];
    for (const command of commands) await cluster.ok('Node3', command);
    for (const node of ['Node1', 'Node2', 'Node1']) {
      await cluster.ok('Node3', `scswitch -z -g both -h ${node}`);
      await untilDiskOf(GLOBAL, node);
      await untilDiskOf(FAILOVER, node);
      expect(await cluster.ok('Node3', `cat ${GLOBAL}/folder/moved`)).to.equal('three\none');
    }
    const { exit, output } = await cluster.on('Node3', 'scswitch -z -D penguin -h Node2');
    expect(exit).to.not.equal(0);
    expect(output).to.match(/in use by a file system on Node1/);
  });

  it('a group on a node without a cable: the global file system is there for it, a failover one is refused', async () => {
    await cluster.ok('Node3', 'scrgadm -a -g far -h Node3');
    const add = (name: string, point: string) =>
      `scrgadm -a -j ${name} -g far -t SUNW.HAStoragePlus -x FilesystemMountPoints=${point}`;
    await cluster.ok('Node3', add('far-global', GLOBAL));
    await cluster.ok('Node3', 'scswitch -Z -g far');
    expect(await cluster.ok('Node3', 'scstat -g')).to.match(/far-global +Node3 +Online/);
    const { exit, output } = await cluster.on('Node3', add('far-local', FAILOVER));
    expect(exit).to.not.equal(0);
    expect(output).to.match(/Node3 is not wired to device group penguin/);
    await untilDiskOf(GLOBAL, 'Node1');
  });

  it('power loss of the primary under load of another node: what was fsynced is there, and writing goes on', async () => {
    await startWriter('Node3', 'power');
    await moreAcknowledged('Node3');
    await cluster.powerLoss('Node1');
    await untilDiskOf(GLOBAL, 'Node2');
    await moreAcknowledged('Node3');
    await cluster.ok('Node3', 'pkill perl');
    await needEverything('Node3', 'Node2', 'power');
    await hostAnswers();
  });

  it('a node that comes back sees it again', async () => {
    await cluster.reboot('Node1');
    await cluster.untilOn('Node1', `cat ${GLOBAL}/folder/moved`, /three\none/);
    await untilDiskOf(GLOBAL, 'Node2');
  });

  it('power loss right after a change of names: it is there', async () => {
    await cluster.ok('Node3', `mkdir ${GLOBAL}/made && mv ${GLOBAL}/folder/moved ${GLOBAL}/made/again`);
    await cluster.powerLoss('Node2');
    await untilDiskOf(GLOBAL, 'Node1');
    await cluster.untilOn('Node3', `cat ${GLOBAL}/made/again`, /three\none/);
    expect(await cluster.ok('Node1', `cat ${GLOBAL}/made/again`)).to.equal('three\none');
    await cluster.reboot('Node2');
  });

  it('the primary hangs under load: fenced, it writes nothing more when it wakes up', async () => {
    await startWriter('Node3', 'hang');
    await moreAcknowledged('Node3');
    await cluster.hang('Node1');
    await hostAnswers();
    await untilDiskOf(GLOBAL, 'Node2');
    await moreAcknowledged('Node3');
    await cluster.ok('Node3', 'pkill perl');
    await needEverything('Node3', 'Node2', 'hang');
    const before = await cluster.ok('Node2', `find ${GLOBAL} -type f -exec md5sum {} +`);
    await cluster.node('Node1').container.unpause();
    await cluster.node('Node1').container.wait();
    expect(await cluster.ok('Node2', `find ${GLOBAL} -type f -exec md5sum {} +`)).to.equal(before);
    await cluster.reboot('Node1');
  });

  it('a node hangs in the middle of its writes to another one: it can be paused, killed and removed', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await startWriter('Node3', name);
    await moreAcknowledged('Node3');
    const { container } = cluster.node('Node3');
    await cluster.hang('Node3');
    await hostAnswers();
    await cluster.untilMembers('Node1', 'Node2');
    const before = await cluster.ok('Node2', `cat ${GLOBAL}/[abcd] | md5sum`);
    await container.unpause();
    await container.wait();
    expect(await cluster.ok('Node2', `cat ${GLOBAL}/[abcd] | md5sum`)).to.equal(before);

    await cluster.reboot('Node3');
    await startWriter('Node3', 'e');
    await moreAcknowledged('Node3');
    await container.kill();
    await container.wait();
    await hostAnswers();
    await container.remove({ force: true });
    await hostAnswers();
  });
});
