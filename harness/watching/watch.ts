/** `drill watch`: follows a run that is under way on this machine, from another terminal, until it ends. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clearScreenDown, moveCursor } from 'node:readline';
import { parseReport } from '../../reports/read.ts';
import { every, monotonicMs } from '../clock.ts';
import { type LiveRun, liveRuns } from '../engine/live-runs.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { defaultRunFolder } from '../run-folder.ts';
import { several } from '../wording.ts';
import { LIVE_FILE, type LiveLine, linesIn } from './live.ts';
import { pictureOf } from './picture.ts';
import { newRows, type Row, rowsOf, screenOf } from './rows.ts';

const EVERY_MS = 250;

/** Where a terminal is redrawn, and where lines follow each other. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

interface Watched {
  folder: string;
  /** Undefined for a run that nobody on this machine is doing. */
  live: LiveRun | undefined;
}

/** Returns when the run has ended. @throws UsageError when there is none. */
export async function watchRun(
  run: string | undefined,
  screen: Screen & NodeJS.WritableStream = process.stdout,
): Promise<number> {
  const { folder, live } = findRun(run);
  const watcher = new Watcher(folder, screen);
  await new Promise<void>((finished) => {
    const look = () => {
      // Asked before the last look, so that nothing that came in between is missed.
      const isOver = existsSync(join(folder, 'report.json')) || live === undefined || !isLive(live.run);
      watcher.look();
      if (!isOver) return;
      stop();
      finished();
    };
    const stop = every(EVERY_MS, look);
    look();
  });
  screen.write(`${lastWord(folder)}\n`);
  return ExitCode.asExpected;
}

const isLive = (id: string) => liveRuns().some(({ run }) => run === id);

function findRun(run: string | undefined): Watched {
  const live = liveRuns().filter(({ folder }) => folder !== undefined);
  if (run === undefined) {
    const [only, ...more] = live;
    if (only?.folder === undefined)
      throw new UsageError('no run is under way on this machine; start one in another terminal: drill run');
    if (more.length > 0)
      throw new UsageError(
        `several runs are under way: name one of ${live.map((one) => one.run).join(', ')}`,
      );
    return { folder: only.folder, live: only };
  }
  const found = live.find((one) => one.run === run || one.folder === resolve(run));
  const folder = found?.folder ?? [resolve(run), defaultRunFolder(run)].find((one) => existsSync(one));
  if (folder === undefined)
    throw new UsageError(
      `no run "${run}" is under way, and there is no such folder; there are: ${live.map((one) => one.run).join(', ') || 'none'}`,
    );
  return { folder, live: found };
}

function lastWord(folder: string): string {
  const file = join(folder, 'report.json');
  if (!existsSync(file)) return 'The run has ended without a report.';
  return `The run has ended. ${parseReport(readFileSync(file, 'utf8')).sentence}`;
}

class Watcher {
  readonly #folder: string;
  readonly #screen: Screen & NodeJS.WritableStream;
  readonly #files = new Map<string, { at: number; lines: LiveLine[] }>();
  readonly #said = new Map<string, string>();
  #drawn = 0;
  /** The run's beginning on this host's clock, once a drill has told it. */
  #originMs: number | undefined;

  constructor(folder: string, screen: Screen & NodeJS.WritableStream) {
    this.#folder = folder;
    this.#screen = screen;
  }

  look(): void {
    const rows: Row[] = [];
    for (const id of this.#drills('under way')) {
      const lines = this.#read(id);
      const about = lines.findLast((line) => line.kind === 'about');
      if (about?.kind !== 'about') continue;
      this.#originMs = about.originMs;
      const nowMs = monotonicMs() - about.originMs;
      const picture = pictureOf(lines, nowMs);
      if (picture !== undefined) rows.push(...rowsOf(id, picture, nowMs));
    }
    const done = this.#drills('done').length;
    const count = { key: 'done', text: `${several(done, 'drill')} done`, aside: '' };
    this.#show([count, ...rows], this.#originMs === undefined ? 0 : monotonicMs() - this.#originMs);
  }

  /** A drill that ended has its facts beside its timeline. */
  #drills(which: 'under way' | 'done'): string[] {
    const has = (id: string, file: string) => existsSync(join(this.#folder, id, file));
    return readdirSync(this.#folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .filter((id) =>
        which === 'done' ? has(id, 'facts.json') : has(id, LIVE_FILE) && !has(id, 'facts.json'),
      )
      .sort();
  }

  /** What has been added since the last look. The file goes away when the drill ends, between two calls as well. */
  #read(id: string): LiveLine[] {
    const known = this.#files.get(id) ?? { at: 0, lines: [] };
    const path = join(this.#folder, id, LIVE_FILE);
    try {
      const buffer = Buffer.alloc(Math.max(0, statSync(path).size - known.at));
      const file = openSync(path, 'r');
      const length = readSync(file, buffer, 0, buffer.length, known.at);
      closeSync(file);
      // A character may be cut in two at the end: only whole lines are read, the rest next time.
      const whole = buffer.subarray(0, length).lastIndexOf(10) + 1;
      known.at += whole;
      known.lines.push(...linesIn(buffer.subarray(0, whole).toString('utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    this.#files.set(id, known);
    return known.lines;
  }

  #show(rows: readonly Row[], nowMs: number): void {
    if (!this.#screen.isTTY) {
      for (const line of newRows(rows, this.#said, nowMs)) this.#screen.write(`${line}\n`);
      return;
    }
    const { columns = 80, rows: height = 24 } = this.#screen;
    moveCursor(this.#screen, 0, -this.#drawn);
    clearScreenDown(this.#screen);
    const lines = screenOf(rows, columns - 1, height - 1);
    this.#screen.write(`${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }
}
