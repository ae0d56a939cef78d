/** The examples of docs/writing.md are code: their types hold, and each does what the page says. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { select } from '../harness/catalog.ts';
import type { Checker } from '../harness/checkers/checker.ts';
import { checkers } from '../harness/checkers/index.ts';
import type { Cluster } from '../harness/cluster.ts';
import type { Fault, Levers } from '../harness/faults/fault.ts';
import { claimOf } from '../harness/guide/claims.ts';
import { isAsked } from '../harness/judge.ts';
import { topologyIn } from '../harness/topology-file.ts';
import { healthy } from './helpers/timelines.ts';
import { facts, operation, sorted } from './helpers/told.ts';

const root = resolve(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs', 'writing.md'), 'utf8');

/** By the path that stands above each. */
const examples = new Map(
  [...page.matchAll(/^`([\w./-]+)`\n\n```(?:ts|yaml)\n([\s\S]*?)^```$/gm)].map(
    ([, path = '', text = '']) => [path, text] as const,
  ),
);

function example(path: string): string {
  const text = examples.get(path);
  if (text === undefined) throw new Error(`docs/writing.md has no example ${path}`);
  return text;
}

/** In a folder of its own, with imports that lead where they lead from its place. */
const placed = (folder: string, path: string) => {
  const text = example(path).replace(
    /from '(\.[^']+)'/g,
    (_, target: string) => `from '${resolve(root, dirname(path), target)}'`,
  );
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

describe('docs/writing.md', function () {
  this.timeout(180_000);
  // Within the repository, so that types and packages are found from there.
  const folder = mkdtempSync(join(root, 'test', '.written-'));
  after(() => rmSync(folder, { recursive: true }));
  const paths = [...examples.keys()].filter((path) => path.endsWith('.ts'));

  it('has an example of each kind', () => {
    expect([...examples.keys()]).to.deep.equal([
      'drills/idle-backup-dies.ts',
      'harness/faults/isolation.ts',
      'harness/checkers/no-slow-write.ts',
      'docs/examples/pair.yaml',
    ]);
  });

  it('has examples whose types hold', async () => {
    const files = paths.map((path) => placed(folder, path));
    const config = join(folder, 'tsconfig.json');
    writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.json'), include: [], files }));
    const { exitCode, stdout } = await execa(
      process.execPath,
      [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '-p', config],
      { reject: false, cwd: root },
    );
    expect(stdout).to.equal('');
    expect(exitCode).to.equal(0);
  });

  it('has a drill that can be selected, asks for checks that exist, and strikes the backup', async () => {
    // A registry of its own: the example is none of this repository's drills.
    const registry = join(root, 'harness/drill.ts?written');
    const file = placed(join(folder, 'drill'), 'drills/idle-backup-dies.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace(join(root, 'harness/drill.ts'), registry));
    await import(file);
    const { registeredDrills } = (await import(registry)) as typeof import('../harness/drill.ts');
    const found = registeredDrills().find(({ options }) => options.name === 'idle-backup-dies');
    if (found === undefined) throw new Error('not registered');
    const chosen = select([{ ...found, file: 'drills/idle-backup-dies.ts' }], {
      names: ['idle-backup-dies'],
      all: false,
    });
    expect(chosen.map(({ model }) => model)).to.deep.equal(['asymmetric']);
    for (const id of found.options.claims) expect(claimOf(id), id).to.not.equal(undefined);
    for (const name of found.options.checks ?? [])
      expect(checkers.map((checker) => checker.name)).to.include(name);
    const calls: unknown[][] = [];
    const service = { primary: 'Node1', backup: 'Node2' };
    const cluster = new Proxy(
      { services: [service] },
      {
        get: (target, name) =>
          name === 'services'
            ? target.services
            : async (...args: unknown[]) => void calls.push([String(name), ...args]),
      },
    ) as unknown as Cluster;
    await found.script(cluster);
    expect(calls.map(([name]) => name)).to.deep.equal(['steadyState', 'strike', 'observe', 'readBack']);
    expect(calls[1]?.[1]).to.include({ name: 'power-loss', target: 'Node2' });
  });

  it('has a fault that works from outside, can be undone, and is seen by the witness', async () => {
    const { isolation, signsOfIsolation } = await import(placed(folder, 'harness/faults/isolation.ts'));
    const fault = isolation('Node1') as Fault;
    const calls: string[] = [];
    const levers = new Proxy(
      {},
      {
        get:
          (_, name) =>
          async (...args: unknown[]) =>
            calls.push([String(name), ...args].join(' ')),
      },
    ) as Levers;
    const moments: number[] = [];
    await fault.apply(levers, (atMs) => void moments.push(atMs));
    await fault.undo?.(levers, (atMs) => void moments.push(atMs));
    expect(calls).to.deep.equal([
      'publicNetworkDown Node1',
      'interconnectDown Node1 1',
      'interconnectDown Node1 2',
      'interconnectUp Node1 2',
      'interconnectUp Node1 1',
      'publicNetworkUp Node1',
    ]);
    expect(moments).to.deep.equal([1, 6]);
    const { timeline } = healthy();
    const told = { name: 'isolation', target: 'Node1', plannedMs: 6000, appliedMs: 6003, completeMs: 6010 };
    expect(signsOfIsolation.applied(timeline, { ...told, undoneMs: null }).verified).to.equal(true);
    expect(signsOfIsolation.applied([], { ...told, undoneMs: null }).verified).to.equal(false);
  });

  it('has a checker that upholds, refutes and does not know', async () => {
    const { noSlowWrite } = (await import(placed(folder, 'harness/checkers/no-slow-write.ts'))) as {
      noSlowWrite: Checker;
    };
    const { timeline } = healthy();
    expect(noSlowWrite.check(timeline, facts).verdict).to.equal('upheld');
    const slow = sorted([...timeline, operation('write', 'late', 3000, 3600, 'ok')]);
    const { verdict, evidence } = noSlowWrite.check(slow, facts);
    expect(verdict).to.equal('refuted');
    expect(evidence[0]).to.match(/^1 of \d+ writes too slow, the first took 600 ms: late\.$/);
    expect(noSlowWrite.check([], facts).verdict).to.equal('inconclusive');
    const asks = { ...facts, checks: ['no-slow-write'] };
    expect([isAsked(noSlowWrite, facts), isAsked(noSlowWrite, asks)]).to.deep.equal([false, true]);
  });

  it('has a topology that is in order, and lies where the page says', () => {
    const text = example('docs/examples/pair.yaml');
    const topology = topologyIn(text, 'pair.yaml');
    expect(topology).to.include({ model: 'pair', like: 'asymmetric' });
    expect(readFileSync(join(root, 'docs/examples/pair.yaml'), 'utf8')).to.equal(text);
  });
});
