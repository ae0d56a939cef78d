import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type Docker from 'dockerode';
import { until } from '../../harness/clock.ts';
import { sweep, thingsOf } from '../../harness/engine/cleanup.ts';
import type { Engine } from '../../harness/engine/engine.ts';
import { findOrStartEngine } from '../../harness/engine/find.ts';
import { ensureImages } from '../../harness/engine/images.ts';
import { isRoot, programPath } from '../../harness/engine/install.ts';
import { labelsOf } from '../../harness/engine/labels.ts';
import { leftovers } from '../../harness/engine/leftovers.ts';
import { liveRunIds } from '../../harness/engine/live-runs.ts';
import { engineStatus, startPrivateEngine, stopPrivateEngine } from '../../harness/engine/private-engine.ts';
import { startWatchdog } from '../../harness/engine/watchdog.ts';
import { uniqueName } from '../../harness/random.ts';

describe('an engine', function () {
  this.timeout(120_000);
  let engine: Engine;
  let image: string;
  const made: Docker.Container[] = [];

  before(async () => {
    engine = await findOrStartEngine(() => undefined);
    image = (await ensureImages(engine, () => undefined)).array;
  });
  afterEach(async () => {
    for (const container of made.splice(0)) await container.remove({ force: true });
  });

  async function sleeper(labels: Record<string, string>): Promise<Docker.Container> {
    const container = await engine.docker.createContainer({
      Image: image,
      Cmd: ['sleep', '600'],
      Labels: labels,
      HostConfig: { NetworkMode: 'none' },
    });
    await container.start();
    return container;
  }

  async function isRunning(container: Docker.Container): Promise<boolean> {
    return (await container.inspect()).State.Running;
  }

  it('has all images, and builds nothing the second time', async () => {
    const tags = await ensureImages(engine, () => expect.fail('there is nothing left to build'));
    const images = await engine.docker.listImages({ filters: { label: ['ha-drills'] } });
    const present = images.flatMap((info) => info.RepoTags ?? []);
    expect(present).to.include.members(Object.values(tags));
  });

  it('keeps nothing of a run whose harness was killed, and all that is not of that run', async () => {
    const run = `t${uniqueName()}`;
    const other = `t${uniqueName()}`;
    const unlabelled = await sleeper({});
    const neighbour = await sleeper(labelsOf(other));
    made.push(unlabelled, neighbour);
    const script = join(import.meta.dirname, '../engine/crashing-harness.ts');
    const child = spawn(process.execPath, [script, run, engine.host, image], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [said] = await once(child.stdout, 'data');
    expect(String(said)).to.equal('made\n');
    expect(liveRunIds()).to.include(run);
    expect(await thingsOf(engine.docker, { run })).to.have.length(4);

    child.kill('SIGKILL');
    await until('nothing of the run is left', 10_000, async () => {
      const left = await leftovers(engine.docker, { run });
      return left.containers.length + left.networks.length + left.volumes.length === 0 ? true : undefined;
    });
    await until('the watchdog has ended', 5000, () => (liveRunIds().includes(run) ? undefined : true));
    expect(await isRunning(unlabelled)).to.equal(true);
    expect(await isRunning(neighbour)).to.equal(true);
  });

  it('has a watchdog that ends soon after an orderly run, and removes what that run forgot', async () => {
    const run = `t${uniqueName()}`;
    {
      await using _watchdog = await startWatchdog(run, engine);
      await sleeper(labelsOf(run));
    }
    expect(await thingsOf(engine.docker, { run })).to.deep.equal([]);
    expect(liveRunIds()).not.to.include(run);
  });

  it('is swept but for the runs that are alive', async () => {
    const [alive, dead] = [`t${uniqueName()}`, `t${uniqueName()}`];
    await using _watchdog = await startWatchdog(alive, engine);
    const living = await sleeper(labelsOf(alive));
    await sleeper(labelsOf(dead));
    // Within this test's own runs: other runs may be under way on this engine.
    await sweep(engine.docker, { run: dead, except: liveRunIds() });
    await sweep(engine.docker, { run: alive, except: liveRunIds() });
    expect(await thingsOf(engine.docker, { run: dead })).to.deep.equal([]);
    expect(await isRunning(living)).to.equal(true);
    await sweep(engine.docker, { run: alive });
  });
});

describe('a private engine that was killed while it changed a network', function () {
  this.timeout(120_000);
  const cache = process.env['HA_DRILLS_CACHE'];
  let folder: string;

  before(function () {
    if (!isRoot() || !programPath('dockerd')) this.skip();
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
    process.env['HA_DRILLS_CACHE'] = folder;
  });
  after(async () => {
    if (folder === undefined) return;
    await stopPrivateEngine();
    if (cache === undefined) delete process.env['HA_DRILLS_CACHE'];
    else process.env['HA_DRILLS_CACHE'] = cache;
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts again, though its record of networks is damaged', async () => {
    const networks = join(folder, 'engine', 'data', 'network', 'files');
    mkdirSync(networks, { recursive: true });
    writeFileSync(join(networks, 'local-kv.db'), 'half a record');
    await startPrivateEngine(() => undefined);
    expect(await engineStatus()).to.include({ running: true, root: join(folder, 'engine') });
  });
});
