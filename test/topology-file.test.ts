/** Topologies that a user has written: the example is one, and what is wrong with one is said where it is. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { loadCatalog, selectOn } from '../harness/catalog.ts';
import { UsageError } from '../harness/errors.ts';
import { claimsOn } from '../harness/guide/claims.ts';
import { setUpSteps, vfstabOf } from '../harness/topology.ts';
import { readTopology, topologyIn } from '../harness/topology-file.ts';
import { deviceGroupConfigs, isMirrored, lunsOf } from '../harness/topology-model.ts';
import { cli } from './helpers/cli.ts';

const example = resolve(import.meta.dirname, '../docs/examples/office.yaml');
const text = readFileSync(example, 'utf8');

/** A small one that is in order, with `change` made to it. */
function written(
  change: (one: Record<string, unknown> & { services: Record<string, unknown>[] }) => void = () => {},
) {
  const one = {
    name: 'tried',
    summary: 'one node',
    nodes: ['Node1'] as unknown[],
    arrays: [{ name: 'a', luns: [{ name: 'd1', sizeMiB: 64, holds: 'calendar' }] }] as unknown[],
    services: [
      {
        group: 'CAL-RG',
        logicalHost: 'cal',
        mountPoint: '/cal',
        deviceGroup: 'a',
        volume: 'd1',
        primary: 'Node1',
      },
    ] as Record<string, unknown>[],
  };
  change(one);
  return JSON.stringify(one);
}

function refusal(given: string): string {
  try {
    topologyIn(given, 'mine.yaml');
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('it was taken');
}

describe('a topology in a file', () => {
  it('the example of the documentation', () => {
    const office = readTopology(example);
    expect(office.nodes).to.deep.equal(['Anna', 'Berta']);
    expect(office.limits).to.deep.equal({
      Anna: { cpus: 1, memoryMiB: 1024 },
      Berta: { cpus: 1, memoryMiB: 1024 },
    });
    expect([office.heartbeat, office.ratePerSecond]).to.deep.equal([{ quantumMs: 200, timeoutMs: 2000 }, 60]);
    expect(isMirrored(office)).to.equal(true);
    const [calendar] = office.services;
    if (calendar === undefined) throw new Error('it has no service');
    expect(lunsOf(office, calendar)).to.deep.equal(['cellar/d401', 'attic/d402']);
    expect(deviceGroupConfigs(office).map(({ name }) => name)).to.have.members(['store', 'cellar']);
    expect(vfstabOf(office)).to.include(
      '/dev/md/cellar/dsk/d500\t/dev/md/cellar/rdsk/d500\t/web\tufs\t2\tno\tlogging',
    );
    const typed = setUpSteps(office).flatMap(({ commands }) => commands);
    expect(typed).to.include('scrgadm -a -g WEB-RG -h Berta,Anna').and.include('scswitch -Z -g WEB-RG');
    expect(typed.join('\n')).to.include(
      "-x Start_command='busybox httpd -f -p 8080 -h /web' -y Port_list=8080/tcp",
    );
  });

  it('JSON is as good, and names that are not given are those of the guide', () => {
    const { services, nodes } = topologyIn(written(), 'mine.json');
    expect(nodes).to.deep.equal(['Node1']);
    expect(services).to.deep.equal([
      {
        group: 'CAL-RG',
        logicalHost: 'cal',
        mountPoint: '/cal',
        deviceGroup: 'a',
        volume: 'd1',
        primary: 'Node1',
        backup: 'Node1',
        storageResource: 'CAL-HASP-RS',
        serverResource: 'CAL-SVR-RS',
        serverBase: '/opt/SUNWics5/cal',
      },
    ]);
  });

  it('a quote in a command reaches the shell as one', () => {
    const start = `echo "it's up"`;
    const one = topologyIn(
      written((all) => {
        all['groups'] = [{ group: 'X-RG', nodes: ['Node1'], gds: [{ resource: 'X', start }] }];
      }),
      'mine.json',
    );
    expect(JSON.stringify(one.further)).to.include(JSON.stringify(`'echo "it'\\''s up"'`).slice(1, -1));
  });

  for (const [what, given, says] of [
    ['no YAML', '{nodes: [', /neither YAML nor JSON: .* at line 1/],
    ['nothing', '', /the file is null: .*expected object/],
    ['a word that does not exist', written((all) => Object.assign(all, { nodez: [] })), /nodez/],
    ['no nodes', written((all) => Object.assign(all, { nodes: [] })), /nodes is \[\]: /],
    ['a number as a node', written((all) => Object.assign(all, { nodes: [7] })), /nodes\[0\] is 7: /],
    [
      'a node too small',
      written((all) => Object.assign(all, { nodes: [{ name: 'Node1', cpus: 0 }] })),
      /nodes\[0\]\.cpus is 0: /,
    ],
    [
      'a path that is none',
      written((all) => Object.assign(all.services[0] ?? {}, { mountPoint: 'cal' })),
      /services\[0\]\.mountPoint is "cal": is no absolute path/,
    ],
    [
      'a service without a disk',
      written((all) => delete all.services[0]?.['volume']),
      /services\[0\]\.volume is missing/,
    ],
    [
      'a name of ours',
      written((all) => Object.assign(all, { name: 'symmetric' })),
      /name is "symmetric": is the name of a model of ours/,
    ],
    ['like nothing', written((all) => Object.assign(all, { like: 'symetric' })), /like is "symetric": /],
    [
      'a volume that is not there',
      written((all) => Object.assign(all.services[0] ?? {}, { volume: 'd9' })),
      /service CAL-RG is on a\/d9, which is no volume/,
    ],
    [
      'a node that is not there',
      written((all) => Object.assign(all.services[0] ?? {}, { primary: 'Node9' })),
      /CAL-RG is for Node9, which is no node of Node1/,
    ],
    [
      'a half of nothing',
      text.replace('attic/d402]', 'd402]'),
      /mirrors\[0\]\.halves\[1\] is "d402": is no LUN of an array/,
    ],
    [
      'a group for nobody',
      text.replace('[Berta, Anna]', '[Berta, Carla]'),
      /group WEB-RG is for Carla, which is no node of Anna, Berta/,
    ],
    [
      'a heartbeat that is none',
      text.replace('quantumMs: 200', 'quantumMs: fast'),
      /heartbeat\.quantumMs is "fast": /,
    ],
  ] as [string, string, RegExp][])
    it(`is refused: ${what}`, () => expect(refusal(given)).to.match(says).and.include('mine.yaml'));

  it('drills on it are those named, or the headline ones of the model that it is like', async () => {
    const catalog = await loadCatalog();
    const office = readTopology(example);
    const chosen = selectOn(office, catalog, { names: [], all: false });
    expect(chosen.map(({ drill }) => drill.options.name)).to.include('node-kill');
    expect(chosen.every(({ model, topology }) => model === 'office' && topology === office)).to.equal(true);
    const [one] = selectOn(office, catalog, { names: ['disk-full'], all: false });
    expect(one?.drill.options.name).to.equal('disk-full');
    expect(() => selectOn(topologyIn(written(), 'x'), catalog, { names: [], all: false })).to.throw(
      /name the drills/,
    );
    expect(claimsOn(office.like ?? '', ['6.1.1/backup-takes-over'])).to.have.length(1);
  });

  it('drill list --topology shows it; drill run refuses it beside --model', async () => {
    const listed = await cli(['list', '--topology', example]);
    expect(listed.exitCode).to.equal(0);
    expect(listed.stdout).to.include('cellar/d401 and attic/d402; Anna, then Berta');
    const both = await cli(['run', 'node-kill', '--topology', example, '--model', 'asymmetric']);
    expect(both.exitCode).to.equal(3);
    const missing = await cli(['list', '--topology', join(example, 'nowhere')]);
    expect(missing.exitCode).to.equal(3);
    expect(missing.stderr).to.include('cannot be read');
  });
});
