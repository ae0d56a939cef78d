/** What a watcher sees of a drill that is under way. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect } from 'chai';
import { monotonicMs, until } from '../../harness/clock.ts';
import { saveFacts } from '../../harness/run-folder.ts';
import { type About, isShown, type LiveLine, linesIn, type Served } from '../../harness/watching/live.ts';
import { LiveFile } from '../../harness/watching/live-file.ts';
import { pictureOf } from '../../harness/watching/picture.ts';
import { newRows, rowsOf, screenOf } from '../../harness/watching/rows.ts';
import { watchRun } from '../../harness/watching/watch.ts';
import { cli } from '../helpers/cli.ts';
import { healthy } from '../helpers/timelines.ts';
import { facts, moments, operation, service, told } from '../helpers/told.ts';

const about: About = {
  ...{ kind: 'about', drill: 'node-kill', model: 'asymmetric', originMs: 0, nodes: ['Node1', 'Node2'] },
  services: [{ name: service.name, address: service.address, mountPoint: service.mountPoint }],
};
const { timeline } = healthy();

/** The lines that a watcher had at a moment, had it watched this drill. */
function linesAt(atMs: number): LiveLine[] {
  const past = timeline.filter((event) => event.atMs <= atMs);
  const served = past
    .filter((event) => event.kind === 'operation')
    .map((event): Served => {
      const ok = Number(event.kind === 'operation' && event.outcome === 'ok');
      return { kind: 'served', atMs: event.atMs, service: service.name, ok, other: 1 - ok };
    });
  return [about, ...past.filter(isShown), ...served];
}

const pictureAt = (atMs: number) => pictureOf(linesAt(atMs), atMs);
const nodesAt = (atMs: number) =>
  pictureAt(atMs)?.nodes.map(({ name, state, owns }) => [name, state, ...owns]);

describe('watching: the picture', () => {
  it('says who owns what, before, during and after the failover', () => {
    const whole = 'CAL-RG (address, /cal)';
    expect(nodesAt(moments.faultApplied - 1)).to.deep.equal([
      ['Node1', 'up', whole],
      ['Node2', 'up'],
    ]);
    expect(nodesAt(moments.nodeGone + 1)).to.deep.equal([
      ['Node1', 'gone'],
      ['Node2', 'up'],
    ]);
    expect(nodesAt(moments.loadEnds - 1)).to.deep.equal([
      ['Node1', 'gone'],
      ['Node2', 'up', whole],
    ]);
  });

  it('says whether users are served, and since when they are not', () => {
    const at = (atMs: number) => pictureAt(atMs)?.services[0];
    expect(at(moments.faultApplied - 1)).to.include({ state: 'served', other: 0 });
    const cut = at(moments.serving - 1);
    expect(cut?.state).to.equal('cut off');
    expect(cut?.lastOkMs).to.be.within(moments.faultApplied - 20, moments.faultApplied);
    expect(at(moments.loadEnds)?.state).to.equal('served');
    const late = moments.loadEnds + 5000;
    const waiting = pictureOf(linesAt(moments.faultApplied), moments.faultApplied + 1500);
    expect(waiting?.services[0]?.state, 'all operations are under way').to.equal('cut off');
    const stopped = told('client', moments.loadEnds, { kind: 'client-stopped', sent: 1 });
    expect(pictureOf([...linesAt(late), stopped], late)?.services[0]?.state).to.equal('no load');
  });

  it('tells the last things that happened to a node, the newest first', () => {
    const [gone, taker] = pictureAt(moments.view + 1)?.nodes ?? [];
    expect(gone?.last.map(({ text }) => text)).to.deep.equal(['power-loss complete', 'is gone']);
    expect(taker?.last.map(({ text }) => text)[0]).to.match(/^sees 1 member: Node2/);
    expect(taker?.last[1]?.text).to.equal('does not hear Node1');
  });

  it('knows what hangs by who made it hang', () => {
    const hang = (atMs: number, stage: 'applied' | 'undone') =>
      told('drill', atMs, { kind: 'fault', fault: 'hang', target: 'Node2', stage });
    const lines = [...linesAt(5000), hang(5001, 'applied')];
    expect(pictureOf(lines, 5002)?.nodes[1]?.state).to.equal('hung');
    expect(pictureOf([...lines, hang(6000, 'undone')], 6001)?.nodes[1]?.state).to.equal('up');
  });

  it('is none while nothing is known, and shows a cluster that is only being built', () => {
    expect(pictureOf([], 0)).to.equal(undefined);
    const picture = pictureOf([about], 0);
    expect(picture?.nodes.map(({ state }) => state)).to.deep.equal(['not seen', 'not seen']);
    expect(rowsOf('id', picture as NonNullable<typeof picture>, 0)[0]?.text).to.include('being built');
  });
});

describe('watching: the rows', () => {
  const rowsAt = (atMs: number) =>
    rowsOf('drill-1', pictureAt(atMs) as NonNullable<ReturnType<typeof pictureAt>>, atMs);

  it('has one for the drill, one for each node and one for each service', () => {
    const rows = rowsAt(moments.nodeGone + 1).map(({ text }) => text);
    expect(rows[0]).to.match(/^node-kill on asymmetric: power-loss on Node1/);
    expect(rows[1]).to.match(/^ {2}Node1 {3}gone {6}–/);
    expect(rows[2]).to.match(/^ {2}Node2 {3}up {8}–/);
    expect(rows[3]).to.match(/^ {2}CAL-RG/);
  });

  it('line by line, says only what has changed', () => {
    const before = new Map<string, string>();
    expect(newRows(rowsAt(5000), before, 5000)).to.have.length(4);
    expect(newRows(rowsAt(5100), before, 5100)).to.deep.equal([]);
    const after = newRows(rowsAt(moments.nodeGone + 1), before, moments.nodeGone + 1);
    expect(after.join('\n')).to.match(/^\[6\.0 s\] node-kill on asymmetric: power-loss/);
    expect(after.join('\n')).to.match(/\[6\.0 s\] drill-1 Node1 {3}gone/);
  });

  it('fits the terminal, and nothing in it is a command to the terminal', () => {
    const panic = told('Node2', 5001, { kind: 'panic', reason: `\u001b[2J\u0007${'x'.repeat(500)}` });
    const rows = rowsOf(
      'id',
      pictureOf([...linesAt(5000), panic], 5002) as NonNullable<ReturnType<typeof pictureAt>>,
      5002,
    );
    const screen = screenOf(rows, 60, 3);
    expect(screen).to.have.length(3);
    expect(screen[2]).to.equal('… and 2 more lines');
    for (const line of screenOf(rows, 60, 10)) {
      expect(line.length).to.be.at.most(60);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
      expect(line).to.not.match(/[\u0000-\u001f]/);
    }
  });
});

describe('watching: the file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-live-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has the events that are shown, sums of operations, and goes away at the end', async () => {
    const path = join(folder, 'live.jsonl');
    const live = new LiveFile(path, () => about);
    live.add(told('Node1', 1, { kind: 'up' }));
    live.add(told('witness', 2, { kind: 'looks', looks: 100, longestGapMs: 9 }));
    for (const outcome of ['ok', 'ok', 'failed', 'indeterminate'] as const)
      live.add(operation('write', 'uid', 3, 4, outcome));
    const lines = await until('the file is written', 5000, () => {
      const found = existsSync(path) ? linesIn(readFileSync(path, 'utf8')) : [];
      return found.length > 0 ? found : undefined;
    });
    expect(lines).to.deep.equal([
      about,
      told('Node1', 1, { kind: 'up' }),
      { kind: 'served', service: service.name, ok: 2, other: 2, atMs: 4 },
    ]);
    live.add(told('Node1', 5, { kind: 'up' }));
    live.end();
    expect(existsSync(path)).to.equal(false);
  });

  it('is read in spite of lines that are none', () => {
    expect(linesIn(`${JSON.stringify(about)}\nnull\n{"kind":\n7\n\n`)).to.deep.equal([about]);
  });

  /** What is written to a screen that is no terminal, or one. */
  function screen(isTTY: boolean) {
    const written: string[] = [];
    const stream = new Writable({
      write: (chunk, _, done) => {
        written.push(String(chunk));
        done();
      },
    });
    return { stream: Object.assign(stream, { isTTY, columns: 100, rows: 24 }), written };
  }

  for (const isTTY of [false, true])
    it(`is followed ${isTTY ? 'by a terminal that is redrawn' : 'line by line'}, half a line at its end included`, async () => {
      mkdirSync(join(folder, 'one'));
      const own = { ...about, originMs: monotonicMs() - 5000 };
      const lines = [own, ...linesAt(5000).slice(1)].map((line) => JSON.stringify(line));
      writeFileSync(join(folder, 'one', 'live.jsonl'), `${lines.join('\n')}\n{"kind":"ab`);
      saveFacts(folder, { ...facts, id: 'two' });
      const { stream, written } = screen(isTTY);
      expect(await watchRun(folder, stream)).to.equal(0);
      const text = written.join('');
      expect(text).to.include('1 drill done');
      expect(text).to.match(/Node1 {3}up {8}CAL-RG \(address, \/cal\)/);
      expect(text).to.match(/The run has ended without a report\.\n$/);
      expect(text.includes('\u001b')).to.equal(isTTY);
    });

  it('of a run that is not there: exit 3, naming it', async function () {
    this.timeout(20_000);
    const { exitCode, stderr } = await cli(['watch', 'no-such-run'], { HA_DRILLS_CACHE: folder });
    expect([exitCode, stderr]).to.satisfy(
      ([code, says]: [number, string]) => code === 3 && says.includes('no run "no-such-run" is under way'),
    );
    const none = await cli(['watch'], { HA_DRILLS_CACHE: folder });
    expect(none.stderr).to.include('no run is under way on this machine');
  });
});
