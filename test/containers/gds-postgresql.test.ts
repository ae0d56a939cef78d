/** A program that knows nothing of clusters, made highly available by SUNW.gds: PostgreSQL, on the disk of two nodes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { oldOwnerFenced } from '../../harness/checkers/old-owner-fenced.ts';
import { singleAddress } from '../../harness/checkers/single-address.ts';
import { singleMount } from '../../harness/checkers/single-mount.ts';
import { powerLoss } from '../../harness/faults/power-loss.ts';
import { freshSeed, randomFrom } from '../../harness/random.ts';
import type { DrillFacts, ServiceFacts } from '../../harness/timeline.ts';
import { topology } from '../../harness/topology-model.ts';
import { LiveCluster, type Witnessed } from '../helpers/live-cluster.ts';

const twoNodes = topology({
  model: 'postgresql',
  summary: 'two nodes, and an array with an empty volume for a database',
  nodes: ['Node1', 'Node2'],
  arrays: [
    {
      name: 'penguin',
      luns: [
        { name: 'd500', sizeMiB: 160, holds: 'empty' },
        { name: 'q1', sizeMiB: 1, holds: 'quorum' },
      ],
    },
  ],
  fileSystems: [{ mountPoint: '/pg', deviceGroup: 'penguin', volume: 'd500' }],
  hosts: ['PG-HOST'],
  packages: ['postgresql'],
});

const asPostgres = 'setpriv --reuid=postgres --regid=postgres --init-groups';
const BIN = '/usr/lib/postgresql/15/bin';
const SERVER = `${asPostgres} ${BIN}/postgres -D /pg/data -h PG-HOST -k /tmp -c min_wal_size=2MB -c max_wal_size=16MB`;
const STORAGE = [
  'scrgadm -a -t SUNW.HAStoragePlus',
  'scrgadm -a -t SUNW.gds',
  'scrgadm -a -g PG-RG -h Node1,Node2',
  'scrgadm -a -L -g PG-RG -l PG-HOST',
  'scrgadm -a -j PG-HASP-RS -g PG-RG -t SUNW.HAStoragePlus -x FilesystemMountPoints=/pg',
  'scswitch -Z -g PG-RG',
];
const DATABASE = [
  'install -d -o postgres -g postgres -m 700 /pg/data',
  `${asPostgres} ${BIN}/initdb -D /pg/data --auth=trust --no-locale --wal-segsize=1 > /dev/null`,
  "echo 'host all all 198.18.0.0/15 trust' >> /pg/data/pg_hba.conf",
  // What an editor leaves in memory does not outlive a power loss.
  'sync -f /pg',
];
const SERVICE = [
  [
    'scrgadm -a -j PG-RS -g PG-RG -t SUNW.gds',
    '-y Port_list=5432/tcp -y Resource_dependencies=PG-HASP-RS,PG-HOST -y Thorough_probe_interval=5',
    `-x Start_command="${SERVER}"`,
    `-x Probe_command="psql -X -q -h PG-HOST -U postgres -c 'SELECT 1'"`,
    `-x Stop_command="${asPostgres} ${BIN}/pg_ctl stop -m fast -D /pg/data"`,
  ].join(' '),
  'scswitch -e -j PG-RS',
];

describe('PostgreSQL under SUNW.gds', function () {
  this.timeout(300_000);
  const seed = freshSeed();
  let cluster: LiveCluster;
  let address: string;
  before(async () => {
    cluster = await LiveCluster.start({ topology: twoNodes });
    address = cluster.assembly.plan.hostAddress('PG-HOST');
    await cluster.ok('Node1', ...STORAGE, ...DATABASE, ...SERVICE);
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  const has = ({ mounts, addresses, commands }: Witnessed) => ({
    mounted: mounts.some(({ point }) => point === '/pg'),
    addressed: addresses.includes(address),
    serving: commands.some((command) => command.startsWith(`${BIN}/postgres `)),
  });
  const owns = (node: string) =>
    cluster.seen(node, 'with disk, address and server', (now) => Object.values(has(now)).every(Boolean));
  const hasNothing = (node: string) =>
    cluster.seen(node, 'without any of them', (now) => !Object.values(has(now)).some(Boolean));

  const committed = () =>
    cluster.events('log').flatMap(({ source, text }) => {
      const [, number] = /^committed (\d+)$/.exec(text) ?? [];
      return source === 'client' && number !== undefined ? [Number(number)] : [];
    });
  async function moreCommitted(more: number): Promise<void> {
    const wanted = committed().length + more;
    await cluster.until(`${more} more rows`, () => committed().length >= wanted);
  }

  const query = (sql: string) => `psql -X -A -t -h ${address} -U postgres -c '${sql}'`;
  /** Every row that was acknowledged is there, and none is there twice. */
  async function judgeRows(asked: string): Promise<void> {
    const before = committed();
    const rows = (await cluster.ok(asked, query('SELECT n FROM rows'))).trim().split('\n').map(Number);
    expect(before, 'rows that were acknowledged').to.not.be.empty;
    expect(
      before.filter((number) => !rows.includes(number)),
      'acknowledged, and not there',
    ).to.deep.equal([]);
    expect(rows.length, 'a row is there twice').to.equal(new Set(rows).size);
  }

  it('serves a client over the logical hostname from its primary', async () => {
    await owns('Node1');
    await hasNothing('Node2');
    await cluster.ok('Node2', query('CREATE TABLE rows (n integer NOT NULL)'));
    const writer = readFileSync(join(import.meta.dirname, '../helpers/row-writer.ts'), 'utf8');
    await cluster.beside('client', ['node', '--input-type=module-typescript', '-e', writer, address]);
    await moreCommitted(50);
  });

  it(`power loss of the primary while rows are written: the other node takes over (seed ${seed})`, async () => {
    await moreCommitted(randomFrom(seed, 'rows before the power loss').integer(1, 100));
    await cluster.strike(powerLoss('Node1'));
    await cluster.seen('Node1', 'down', ({ up }) => !up);
    await owns('Node2');
    await moreCommitted(20);
  });

  it('no acknowledged row is lost, none is there twice', () => judgeRows('Node2'));

  it('the array had cut the old owner before the new one mounted; never two owners', () => {
    const disk = { mountPoint: '/pg', serverBase: '', volume: 'penguin/d500', luns: ['penguin/d500'] };
    const service: ServiceFacts = { name: 'PG-RG', address, primary: 'Node1', backup: 'Node2', ...disk };
    const facts = { services: [service] } as unknown as DrillFacts;
    for (const { name, check } of [oldOwnerFenced, singleMount, singleAddress]) {
      const { verdict, evidence } = check(cluster.recorder.events, facts);
      expect(verdict, `${name}: ${evidence.join(' ')}`).to.equal('upheld');
    }
  });

  it('the killed node boots, joins with new keys, and has the configuration of now', async () => {
    await cluster.ok('Node2', 'scrgadm -c -j PG-RS -y R_description="changed while Node1 was down"');
    const bootedMs = cluster.recorder.nowMs();
    await cluster.reboot('Node1');
    await cluster.until('the ports of Node1', () =>
      cluster
        .events('port-attached', bootedMs)
        .some(({ node, lun }) => node === 'Node1' && lun === 'penguin/d500'),
    );
    const keys = cluster.events('key-registered', bootedMs).filter(({ node }) => node === 'Node1');
    expect(keys, 'a key on the disk and one on the quorum device').to.have.length.of.at.least(2);
    const [one, other] = [
      await cluster.ok('Node1', 'scrgadm -pvv'),
      await cluster.ok('Node2', 'scrgadm -pvv'),
    ];
    expect(one).to.include('changed while Node1 was down').and.to.equal(other);
    await hasNothing('Node1');
  });

  it('scswitch -z brings it back; rows go on, and all are there', async () => {
    await cluster.ok('Node2', 'scswitch -z -g PG-RG -h Node1');
    await owns('Node1');
    await hasNothing('Node2');
    await moreCommitted(20);
    await judgeRows('Node2');
  });
});
