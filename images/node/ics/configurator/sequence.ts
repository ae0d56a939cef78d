/** Runs the tasks one after the other, and says how each went, as guide §6.11 shows it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { sabotaged } from '../sabotage.ts';
import type { Task } from './tasks.ts';

export interface Done {
  status: number;
  /** What the command said. */
  output: string;
}

export interface Surroundings {
  now(): Date;
  /** To the terminal and to the install log. */
  say(line: string): void;
  perform(task: Task): Done;
}

/** Whether all passed. The first that fails ends the sequence: the later ones build on it. */
export function runSequence(tasks: readonly Task[], logFile: string, around: Surroundings): boolean {
  const { say } = around;
  const done: { task: Task; status: number; passed: boolean }[] = [];
  say('Starting Task Sequence');
  for (const task of tasks) {
    say(`===== ${dateLine(around.now())} =====`);
    say(`Running ${task.words.join(' ')}`);
    const { status, output } = around.perform(task);
    if (output.trim() !== '') say(output.trimEnd());
    say('');
    const passed = status === 0 || (task.also ?? []).includes(status);
    done.push({ task, status, passed });
    if (!passed) break;
  }
  const all = done.length === tasks.length && done.every(({ passed }) => passed);
  say(all ? 'Sequence Completed' : `Sequence Stopped: ${tasks.length - done.length} tasks were not run`);
  say('');
  for (const { task, status, passed } of done)
    say(`${passed ? 'PASSED' : 'FAILED'}: ${task.words.join(' ')}${statusInWords(status)}\n`);
  const verdict = all ? 'All Tasks Passed.' : 'Not all tasks passed.';
  say(`${verdict} Please check install log ${logFile} for further details.`);
  return all;
}

function statusInWords(status: number): string {
  return sabotaged('output-without-status') ? '' : ` : status = ${status}`;
}

/** As `date` prints it in the C locale. */
export function dateLine(now: Date): string {
  const [weekday = '', day, month, year, time] = now.toUTCString().split(' ');
  return `${weekday.replace(',', '')} ${month} ${day} ${time} UTC ${year}`;
}

/** Month, day, hour and minute, as in Sun_Java_System_Calendar_Server_install.B12141351. */
export function logName(now: Date): string {
  const [, month = '', day = '', hour = '', minute = ''] =
    /-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(now.toISOString()) ?? [];
  return `Sun_Java_System_Calendar_Server_install.B${month}${day}${hour}${minute}`;
}

/** As a process of its own, or for a file by writing it beside its place and moving it there. */
export function perform({ words, file }: Task): Done {
  if (file !== undefined) return writeWhole(file);
  const [command = '', ...rest] = words;
  const { status, stdout, stderr, error, signal } = spawnSync(command, rest, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error) return { status: 127, output: error.message };
  return {
    status: status ?? 128,
    output: `${stdout}${stderr}${signal === null ? '' : `killed by ${signal}`}`,
  };
}

function writeWhole({ path, text, mode }: { path: string; text: string; mode: number }): Done {
  const beside = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, text, { mode, flush: true });
    chmodSync(beside, mode);
    renameSync(beside, path);
    return { status: 0, output: '' };
  } catch (error) {
    return { status: 1, output: error instanceof Error ? error.message : String(error) };
  }
}
