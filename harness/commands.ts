/** The commands beside `run`: each returns its exit code. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildReport, type RecordedDrill } from '../reports/build.ts';
import { parseReport } from '../reports/read.ts';
import type { CatalogDrill } from './catalog.ts';
import { capabilities } from './doctor/capabilities.ts';
import { portCut } from './doctor/port-cut.ts';
import { sweep } from './engine/cleanup.ts';
import { examine } from './engine/doctor.ts';
import type { Engine } from './engine/engine.ts';
import { findOrStartEngine } from './engine/find.ts';
import { Label } from './engine/labels.ts';
import { leftovers } from './engine/leftovers.ts';
import { liveRunIds } from './engine/live-runs.ts';
import { engineStatus, stopPrivateEngine } from './engine/private-engine.ts';
import { ExitCode, messageOf, SetupError, UsageError } from './errors.ts';
import { coverageText, listed } from './listing.ts';
import { findRunFolder, readRecorded, shownPath, writePage } from './run-folder.ts';
import { sabotages } from './sabotages.ts';
import { interactive } from './terminal.ts';
import { setUpSteps, type Topology } from './topology.ts';
import { lunsOf } from './topology-model.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);
const note = (text: string) => process.stderr.write(`${text}\n`);

export function printList(
  catalog: readonly CatalogDrill[],
  flags: { claims: boolean; json: boolean },
): number {
  const all = listed(catalog);
  const { drills, models, faults } = all;
  if (flags.json) {
    say(JSON.stringify(all, null, 2));
    return ExitCode.asExpected;
  }
  if (flags.claims) {
    say(coverageText(all.claims));
    return ExitCode.asExpected;
  }
  section(
    'Drills',
    drills.map(({ name, title, models: on }) => [name, `${title} (${on.join(', ')})`]),
  );
  section(
    'Models',
    models.map(({ name, summary }) => [name, summary]),
  );
  section(
    'Faults',
    faults.map((name) => [name, '']),
  );
  section(
    'Sabotages: broken variants, and the check that each turns red',
    sabotages.map(({ name, what, check, verdict, drill, model }) => [
      name,
      `${what} → ${check} ${verdict} (${drill}, ${model})`,
    ]),
  );
  say(`Claims: ${all.claims.length}; "drill list --claims" shows them`);
  return ExitCode.asExpected;
}

/** What a user's topology consists of, once it has been found in order. */
export function printTopology(one: Topology, flags: { json: boolean }): number {
  if (flags.json) {
    say(JSON.stringify(one, null, 2));
    return ExitCode.asExpected;
  }
  say(`${one.model}: ${one.summary}${one.like === undefined ? '' : ` (like ${one.like})`}\n`);
  const limits = (node: string) =>
    Object.entries(one.limits?.[node] ?? {})
      .map(([what, value]) => `${value} ${what}`)
      .join(', ');
  section(
    'Nodes',
    one.nodes.map((node) => [node, limits(node)]),
  );
  section(
    'Arrays',
    one.arrays.map(({ name, luns, nodes }) => [
      name,
      `${luns.map((lun) => `${lun.name} (${lun.sizeMiB} MiB, ${lun.holds})`).join(', ')}; wired to ${nodes.join(', ')}`,
    ]),
  );
  section(
    'Services',
    one.services.map((service) => [
      service.group,
      `${service.logicalHost}, ${service.mountPoint} on ${lunsOf(one, service).join(' and ')}; ${service.primary}, then ${service.backup}`,
    ]),
  );
  say(
    `Set-up:\n${setUpSteps(one)
      .flatMap(({ node, commands }) => commands.map((line) => `  ${node}# ${line}`))
      .join('\n')}`,
  );
  return ExitCode.asExpected;
}

function section(title: string, rows: string[][]): void {
  say(
    `${title}\n${rows.map(([name = '', text = '']) => `  ${name.padEnd(20)} ${text}`.trimEnd()).join('\n')}\n`,
  );
}

export async function printDoctor(): Promise<number> {
  // A machine without an engine is fit if one can be started, so this starts it as a run would.
  const failure = await findOrStartEngine(note).then(() => undefined, messageOf);
  const findings = await examine(note, [capabilities, portCut], failure);
  for (const { name, ok, found, wayOut } of findings) {
    say(
      `${ok ? 'ok     ' : 'missing'}  ${name.padEnd(16)} ${found}${wayOut === '' ? '' : `\n${' '.repeat(26)}→ ${wayOut}`}`,
    );
  }
  const missing = findings.filter(({ ok }) => !ok).map(({ name }) => name);
  say(
    missing.length === 0
      ? 'This machine is fit for drills.'
      : `Not fit for drills yet: ${missing.join(', ')}.`,
  );
  return missing.length === 0 ? ExitCode.asExpected : ExitCode.setUp;
}

/** An engine that is there already; none is started for what only looks or cleans. */
async function presentEngine(): Promise<Engine | undefined> {
  return await findOrStartEngine(() => undefined, { start: false }).catch(() => undefined);
}

export async function clean({ force }: { force: boolean }): Promise<number> {
  const engine = await presentEngine();
  if (engine === undefined) {
    say('No engine is running: nothing of a run can be left.');
    return ExitCode.asExpected;
  }
  const alive = force ? [] : liveRunIds();
  const { containers, networks, volumes } = await sweep(engine.docker, { except: alive });
  say(`Removed ${containers} containers, ${networks} networks, ${volumes} volumes.`);
  const left = await leftovers(engine.docker, { except: alive });
  if (alive.length > 0) {
    say(`Left alone: runs that are going on (${alive.join(', ')}); --force takes them down too.`);
    return ExitCode.asExpected;
  }
  const rest = Object.entries(left).flatMap(([kind, names]) =>
    (names as string[]).map((name) => `${kind}: ${name}`),
  );
  for (const line of rest) say(`still there: ${line}`);
  say(
    rest.length === 0
      ? 'Nothing is left: no container, network, volume, loop device or mount of a drill.'
      : 'Something is left; see above.',
  );
  return rest.length === 0 ? ExitCode.asExpected : ExitCode.setUp;
}

/** Judges a stored run again, from its timelines alone, and says where the verdicts differ from the stored ones. */
export function recheck(run: string): number {
  const folder = findRunFolder(run);
  const stored = parseReport(readFileSync(join(folder, 'report.json'), 'utf8'));
  const recorded = stored.drills.map(({ id }): RecordedDrill => {
    const found = readRecorded(folder, id);
    if (found === undefined)
      throw new UsageError(
        `${join(folder, id)} has no facts.json and timeline.jsonl: drill ${id} cannot be judged again`,
      );
    return found;
  });
  const again = buildReport(
    {
      ...stored.run,
      expectedClaims: stored.claims.map(({ id }) => id),
      simulatedYears: stored.availability?.years,
    },
    recorded,
  );
  let changed = 0;
  for (const drill of again.drills) {
    const before = stored.drills.find(({ id }) => id === drill.id);
    say(`${drill.id}: ${drill.verdict}`);
    for (const check of drill.checks) {
      const was = before?.checks.find(({ name }) => name === check.name)?.verdict ?? 'not there';
      if (was !== check.verdict) changed += 1;
      say(`  ${check.verdict.padEnd(13)} ${check.name}${was === check.verdict ? '' : ` (was ${was})`}`);
    }
  }
  say(
    `${again.sentence} ${changed === 0 ? 'Every check as stored' : `${changed} checks differ from the stored ones`}: ${shownPath(folder)}`,
  );
  return again.exitCode;
}

export async function shell(node: string): Promise<number> {
  const engine = await presentEngine();
  if (engine === undefined)
    throw new SetupError('no engine is running, so no cluster is standing; keep one with --keep-on-failure');
  const running = await engine.docker.listContainers({ all: true, filters: { label: [Label.owner] } });
  const named = running.map(({ Id, Names, State }) => ({
    id: Id,
    name: (Names[0] ?? '').slice(1),
    state: State,
  }));
  const found = named.filter(({ name }) => name === node || name.endsWith(`-${node}`));
  const [one] = found;
  if (one === undefined)
    throw new UsageError(
      `no node ${node} is standing; there are: ${named.map(({ name }) => name).join(', ') || 'none; keep a cluster with --keep-on-failure'}`,
    );
  if (found.length > 1)
    throw new UsageError(
      `${node} is in several clusters; name one: ${found.map(({ name }) => name).join(', ')}`,
    );
  if (one.state !== 'running')
    throw new UsageError(`${one.name} is not running (${one.state}): a drill has switched it off`);
  return await interactive(engine.docker.getContainer(one.id), ['/bin/bash', '-l']);
}

/** A report that cannot be understood is refused before anything is opened; a page that is not there is built from it. */
export function openReport(run: string): number {
  const folder = findRunFolder(run);
  const file = join(folder, 'index.html');
  const report = parseReport(readFileSync(join(folder, 'report.json'), 'utf8'));
  if (!existsSync(file)) writePage(folder, report);
  const [opener = 'xdg-open'] = process.platform === 'darwin' ? ['open'] : [];
  say(resolve(file));
  spawn(opener, [file], { detached: true, stdio: 'ignore' })
    .on('error', () => note(`no ${opener} here: open the file above in a browser`))
    .unref();
  return ExitCode.asExpected;
}

export async function engineCommand(what: 'status' | 'stop'): Promise<number> {
  if (what === 'stop') {
    say(await stopPrivateEngine({ progress: note }));
    return ExitCode.asExpected;
  }
  const status = await engineStatus();
  say(
    status.running
      ? `A private engine runs: pid ${status.pid}, Docker ${status.version ?? '(does not answer)'}, ${status.host}`
      : `No private engine is running (${status.root}).`,
  );
  const engine = await presentEngine();
  say(
    engine === undefined
      ? 'Drills would start one.'
      : `Drills would use: ${engine.kind}, Docker ${engine.version}, ${engine.host}`,
  );
  return ExitCode.asExpected;
}
