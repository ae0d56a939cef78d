/** A run's folder: where drills leave what they recorded, and where the report is written. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { RecordedDrill } from '../reports/build.ts';
import { renderHtml } from '../reports/html/render.ts';
import { renderJunit } from '../reports/junit.ts';
import { renderMarkdown } from '../reports/markdown.ts';
import type { DrillResult, Report } from '../reports/model.ts';
import { wallClock } from './clock.ts';
import { messageOf, UsageError } from './errors.ts';
import { uniqueName } from './random.ts';
import type { DrillFacts, Timeline } from './timeline.ts';

const runsFolder = resolve(import.meta.dirname, '..', 'reports', 'runs');

/** A name that sorts by time and that no other run has. */
export function newRunId(): string {
  const stamp = wallClock().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${uniqueName(2)}`;
}

/** Where a run leaves what it records, if it was told of no other place. */
export function defaultRunFolder(id: string): string {
  return join(runsFolder, id);
}

/** Makes the folder of a new run. @throws UsageError when it cannot be written, or holds something already. */
export function makeRunFolder(runId: string, out: string | undefined): string {
  const folder = out === undefined ? defaultRunFolder(runId) : resolve(out);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    writeFileSync(join(folder, '.writable'), '');
    rmSync(join(folder, '.writable'));
  } catch (error) {
    throw new UsageError(
      `the output folder ${folder} cannot be written: ${messageOf(error)}; name another with --out`,
      { cause: error },
    );
  }
  if (existsSync(join(folder, 'report.json'))) {
    throw new UsageError(
      `the output folder ${folder} holds the report of another run; name an empty one with --out`,
    );
  }
  return folder;
}

/** A run that ended before any drill leaves no folder behind; one that holds something stays. */
export function dropIfEmpty(folder: string): void {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** Writes the report in all its forms, each file whole or not at all; `latest` then points to the run. */
export function writeReport(folder: string, report: Report): void {
  writeWhole(join(folder, 'report.json'), `${JSON.stringify(report, null, 1)}\n`);
  writePage(folder, report);
  writeWhole(join(folder, 'junit.xml'), renderJunit(report));
  writeWhole(join(folder, 'summary.md'), renderMarkdown(report));
  if (dirname(folder) !== runsFolder) return;
  const latest = join(runsFolder, 'latest');
  // Renamed into place, so that two runs that end together leave one of the two and never none.
  const fresh = `${latest}.${basename(folder)}`;
  rmSync(fresh, { force: true });
  symlinkSync(basename(folder), fresh);
  renameSync(fresh, latest);
}

export function writePage(folder: string, report: Report): void {
  writeWhole(join(folder, 'index.html'), renderHtml(report));
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** Keeps what a run found out about a drill beside its timeline, so that it can be judged again. */
export function saveFacts(folder: string, facts: DrillFacts): void {
  const at = join(folder, facts.id);
  mkdirSync(join(at, 'logs'), { recursive: true });
  writeFileSync(join(at, 'facts.json'), `${JSON.stringify(facts, null, 2)}\n`);
  writeFileSync(join(at, 'timeline.jsonl'), '', { flag: 'a' });
}

/** What one drill of a run recorded; undefined when it never came so far. */
export function readRecorded(folder: string, id: string): RecordedDrill | undefined {
  const at = join(folder, id);
  if (!existsSync(join(at, 'facts.json'))) return undefined;
  // Runs that were stored before drills could ask for checks by name have none.
  const facts = { checks: [], ...JSON.parse(readFileSync(join(at, 'facts.json'), 'utf8')) } as DrillFacts;
  const timeline = timelineIn(join(at, 'timeline.jsonl'));
  return { facts, timeline, logs: logsOf(at, id, timeline) };
}

/** @throws UsageError that names the line, when one is no event: a run that was killed while it wrote. */
function timelineIn(file: string): Timeline {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (line === '') return [];
      try {
        return [JSON.parse(line)];
      } catch (error) {
        throw new UsageError(
          `${file}, line ${index + 1}, is no event (${messageOf(error)}): the drill cannot be judged from it`,
          { cause: error },
        );
      }
    });
}

/** What each container told, as lines for a person; operations have the client's picture instead. */
function logsOf(at: string, id: string, timeline: Timeline): DrillResult['logs'] {
  const names = readdirSync(join(at, 'logs')).map((file) => file.replace(/\.log$/, ''));
  return names.sort().map((name) => ({
    name,
    file: `${id}/logs/${name}.log`,
    lines: timeline
      .filter(
        ({ source, kind }) => source === name && kind !== 'operation' && kind !== 'looks' && kind !== 'cpu',
      )
      .map(({ atMs, source: _, ...event }) => ({
        atMs,
        text: event.kind === 'log' ? event.text : brief(event),
      })),
  }));
}

const LONGEST_LINE = 400;

function brief({ kind, ...fields }: { kind: string }): string {
  const parts = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const text = [kind, ...parts].join(' ');
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)} …` : text;
}

/** The folder of a stored run: a path, a run's id, or "latest". @throws UsageError when there is no report in it. */
export function findRunFolder(run: string): string {
  const places = [isAbsolute(run) ? run : resolve(run), join(runsFolder, run)];
  const found = places.find((place) => existsSync(join(place, 'report.json')));
  if (found === undefined)
    throw new UsageError(`no run "${run}": neither ${places.join(' nor ')} holds a report.json`);
  return found;
}

/** The path of a run's report, as short as it can be said from here. */
export function shownPath(folder: string): string {
  const path = relative(process.cwd(), join(folder, 'index.html'));
  return path.startsWith('..') ? join(folder, 'index.html') : path;
}
