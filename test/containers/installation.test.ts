/** An operator installs, configures and patches by the guide (§6.6.3), on nodes where nothing has been prepared. */
import { expect } from 'chai';
import { until } from '../../harness/clock.ts';
import type { Contained } from '../../harness/containers/contained.ts';
import { topology } from '../../harness/topology-model.ts';
import { haAdditions } from '../../images/node/ics/configurator/conf-text.ts';
import { answersFor, typedFor } from '../helpers/configuration.ts';
import { LiveCluster } from '../helpers/live-cluster.ts';
import { WcapUser } from '../helpers/wcap-user.ts';

const bare = topology({
  model: 'bare',
  summary: 'two nodes and an empty disk',
  nodes: ['Node1', 'Node2'],
  arrays: [
    {
      name: 'penguin',
      luns: [
        { name: 'd400', sizeMiB: 64, holds: 'empty' },
        { name: 'q1', sizeMiB: 1, holds: 'quorum' },
      ],
    },
  ],
  fileSystems: [{ mountPoint: '/cal', deviceGroup: 'penguin', volume: 'd400' }],
  hosts: ['LOG-HOST-RS'],
});
const BASE = '/opt/SUNWics5/cal';
const CONFIGURATOR = `${BASE}/sbin/csconfigurator.sh`;
const SILENT = `${CONFIGURATOR} -nodisplay -noconsole -novalidate`;
const SERVED_WITHIN_MS = 60_000;

describe("installation by the guide's procedure", function () {
  this.timeout(500_000);
  // Each step builds on the ones before it.
  this.bail(true);
  let cluster: LiveCluster;
  let place: Contained;
  let address: string;
  before(async () => {
    cluster = await LiveCluster.start({ topology: bare });
    place = await cluster.beside('user', ['sleep', 'infinity']);
    address = cluster.assembly.plan.hostAddress('LOG-HOST-RS');
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  /** Node and version that a reply of the service names; undefined without one. */
  async function replying(): Promise<string | undefined> {
    const program = `const reply = await fetch('http://${address}/ping', { signal: AbortSignal.timeout(2000) });
      console.log(reply.headers.get('x-ics-node'), reply.headers.get('x-ics-version'));`;
    const { exit, output } = await place.run(['node', '--input-type=module', '-e', program]);
    return exit === 0 ? output.trim() : undefined;
  }
  async function servedBy(wanted: string): Promise<void> {
    let last: string | undefined;
    await until(
      `the service is served by ${wanted}`,
      SERVED_WITHIN_MS,
      async () => {
        last = await replying();
        return last === wanted ? true : undefined;
      },
      { missing: () => `it was served by ${last ?? 'nobody'}; ${cluster.lastWords()}` },
    );
  }
  const switchTo = (node: string) => cluster.on('Node1', `scswitch -z -g CAL-RG -h ${node}`);
  const messages = (node: string) => cluster.ok(node, 'cat /var/adm/messages');

  async function store(uid: string): Promise<void> {
    const user = new WcapUser(place, address);
    const id = await user.session('calmaster', 'drill');
    const event = {
      calid: 'calmaster',
      uid,
      dtstart: '20261201T090000Z',
      dtend: '20261201T100000Z',
      summary: uid,
    };
    expect(await user.call('storeevents', { id, ...event })).to.include({ errno: 0 });
  }
  async function stored(uid: string): Promise<boolean> {
    const user = new WcapUser(place, address);
    const id = await user.session('calmaster', 'drill');
    const { body } = await user.call('fetchevents_by_id', { id, calid: 'calmaster', uid });
    return body.includes(`SUMMARY:${uid}`);
  }

  it('without SUNWscics the cluster does not know the resource type', async () => {
    const { exit, output } = await cluster.on('Node1', 'scrgadm -a -t SUNW.scics');
    expect(exit).to.not.equal(0);
    expect(output).to.include('there is no registration file for SUNW.scics');
  });

  it('the installer puts the server on both nodes, with the folders that the guide lists', async () => {
    const { exit, output } = await cluster.on('Node1', 'printf "opt\\n\\n" | commsinstall');
    expect(output).to.include('"opt": it must be an absolute path').and.include('Configure Later');
    expect(exit).to.equal(0);
    await cluster.ok('Node2', 'commsinstall --root /opt');
    for (const node of bare.nodes) {
      await cluster.ok(node, 'commsinstall SUNWscics');
      const listed = await cluster.ok(node, `ls -F ${BASE}`);
      expect(listed.trim().split(/\s+/)).to.have.members([
        'share/',
        'tools/',
        'lib/',
        'sbin/',
        'csapi/',
        'html/',
      ]);
      expect(await cluster.ok(node, 'pkginfo')).to.match(/SUNWics5 .*\(\/opt\)\napplication SUNWscics/);
    }
    const took = await cluster.ok(
      'Node2',
      'TIMEFORMAT=%R; bash -c "time commsinstall --overwrite --root /opt" 2>&1',
    );
    expect(took).to.include('has been installed');
  });

  it("the primary is configured by the guide's answers", async () => {
    await cluster.ok(
      'Node1',
      'scrgadm -a -t SUNW.HAStoragePlus',
      'scrgadm -a -t SUNW.scics',
      'scrgadm -a -g CAL-RG -h Node1,Node2',
      'scrgadm -a -L -g CAL-RG -l LOG-HOST-RS',
      'scrgadm -c -j LOG-HOST-RS -y R_description="LogicalHostname resource for LOG-HOST-RS"',
      'scswitch -Z -g CAL-RG',
      'scrgadm -a -j CAL-HASP-RS -g CAL-RG -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=/cal',
      'scswitch -e -j CAL-HASP-RS',
    );
    const typed = [...typedFor(answersFor('/cal', { LDAP_HOST: 'none' })), 'yes'];
    // Without a directory, its password is not asked for.
    typed.splice(4, 1);
    await cluster.ok('Node1', `printf '%s\\n' ${typed.map((line) => `'${line}'`).join(' ')} > /tmp/typed`);
    const output = await cluster.ok('Node1', `${CONFIGURATOR} < /tmp/typed`);
    expect(output).to.include('PASSED: /usr/sbin/groupadd icsgroup : status = 9');
    const [, log = ''] =
      /All Tasks Passed\. Please check install log (\S+) for further details/.exec(output) ?? [];
    expect(await cluster.ok('Node1', `cat ${log}`)).to.include('Sequence Completed');
    expect(await cluster.ok('Node1', 'stat -c "%U:%G %n" /cal/csdb/hotbackup /cal/config/ics.conf')).to.equal(
      'icsuser:icsgroup /cal/csdb/hotbackup\nicsuser:icsgroup /cal/config/ics.conf\n',
    );
    await cluster.ok('Node1', 'echo calmaster:drill > /cal/config/users');
  });

  it('the secondary is configured by the state file, which it finds by the link that the guide has made', async () => {
    const early = await cluster.on('Node2', SILENT);
    expect(early.exit).to.equal(1);
    expect(early.output).to.include('there is no such file; link the config folder');
    await cluster.ok('Node2', `cd ${BASE} && ln -s /cal/config .`);
    // Not mounted yet: what the file says would be made below the mount point.
    await cluster.ok('Node1', `cp /cal/config/csconfigurator.state /tmp/state`);
    const state = await cluster.ok('Node1', 'cat /tmp/state');
    await cluster.ok('Node2', `cat > /tmp/state <<'END'\n${state}END`);
    const unmounted = await cluster.on('Node2', `${SILENT} -state /tmp/state`);
    expect(unmounted.output).to.include('belongs to /cal, which is not mounted on this node');
    expect(unmounted.exit).to.equal(1);
    await cluster.ok('Node2', 'scswitch -z -g CAL-RG -h Node2');
    const before = await cluster.ok('Node2', 'cat /cal/config/ics.conf');
    const output = await cluster.ok('Node2', SILENT);
    expect(output).to.include(`PASSED: /bin/rm -f ${BASE}/config ${BASE}/data : status = 0`);
    expect(output).to.include('All Tasks Passed.');
    expect(await cluster.ok('Node2', 'cat /cal/config/ics.conf')).to.equal(before);
    expect(await cluster.ok('Node2', `readlink ${BASE}/config ${BASE}/data`)).to.equal('/cal/config\n/cal\n');
    expect(await cluster.ok('Node2', 'ls /etc/opt/SUNWics5/config')).to.equal('watcher.cnf\n');
  });

  it('made highly available, it serves on both nodes', async () => {
    const additions = haAdditions({
      ...{ address, logicalHost: 'LOG-HOST-RS', qualifiedHost: 'LOG-HOST-RS.example.com' },
    });
    await cluster.ok(
      'Node2',
      'cp -p /cal/config/ics.conf /cal/config/ics.conf.before-ha',
      `cat >> /cal/config/ics.conf <<'END'\n${additions}END`,
      `scrgadm -a -j CAL-SVR-RS -g CAL-RG -t SUNW.scics -x ICS_serverroot=${BASE} -y Resource_dependencies=CAL-HASP-RS,LOG-HOST-RS -y Thorough_probe_interval=2`,
      'scswitch -e -j CAL-SVR-RS',
    );
    await servedBy('Node2 6.3-0');
    await store('from Node2');
    await cluster.ok('Node2', 'scswitch -z -g CAL-RG -h Node1');
    await servedBy('Node1 6.3-0');
    expect(await stored('from Node2')).to.equal(true);
  });

  it('a compatible patch: the nodes take turns with and without it', async () => {
    const refused = await cluster.on('Node1', 'patchadd 963001-01');
    expect(refused.output).to.include('runs on this node').and.include('switch its group away');
    expect(refused.exit).to.equal(1);
    await cluster.ok('Node2', 'patchadd 963001-01');
    await switchTo('Node2');
    await servedBy('Node2 6.3-1');
    await store('with the patch');
    await switchTo('Node1');
    await servedBy('Node1 6.3-0');
    expect(await stored('with the patch')).to.equal(true);
    await cluster.ok('Node2', 'patchrm 963001-01');
    await switchTo('Node2');
    await servedBy('Node2 6.3-0');
    await switchTo('Node1');
    await servedBy('Node1 6.3-0');
  });

  it('a patch that changes the schema: forward, and not back', async () => {
    expect((await cluster.on('Node2', 'patchadd 963002-01')).exit).to.equal(25);
    await cluster.ok('Node2', 'patchadd 963001-01 963002-01');
    await switchTo('Node2');
    await servedBy('Node2 6.3-2');
    await store('in the new schema');
    // The node without the patch cannot take over; the cluster gives the service back.
    await switchTo('Node1');
    await servedBy('Node2 6.3-2');
    expect(await messages('Node1')).to.match(/its schema is 2, and this version .* knows schemas up to 1/);
    await cluster.ok('Node1', 'patchadd 963001-01 963002-01');
    await switchTo('Node1');
    await servedBy('Node1 6.3-2');
    expect(await stored('in the new schema')).to.equal(true);
    expect(await stored('from Node2')).to.equal(true);
    await cluster.ok('Node2', 'patchrm 963002-01');
    await switchTo('Node2');
    await servedBy('Node1 6.3-2');
    expect(await messages('Node2')).to.match(/apply the patch that wrote it again/);
    expect(await stored('in the new schema')).to.equal(true);
    await cluster.ok('Node2', 'patchadd 963002-01');
    await switchTo('Node2');
    await servedBy('Node2 6.3-2');
  });

  it('a broken patch: the server starts, and the probe finds out', async () => {
    await cluster.ok('Node1', 'patchadd 963003-01');
    const failure = 'The fault monitor found a failure: probe-cal';
    expect(await messages('Node1')).to.not.include(failure);
    // Started, and given up for what the probe said: nobody else has asked it anything until then.
    await cluster.ok('Node1', 'scswitch -z -g CAL-RG -h Node1');
    await cluster.printed('Node1', 'cat /var/adm/messages', new RegExp(failure));
    await servedBy('Node2 6.3-2');
    await cluster.ok('Node1', 'patchrm 963003-01');
    await switchTo('Node1');
    await servedBy('Node1 6.3-2');
    expect(await stored('in the new schema')).to.equal(true);
  });
});
