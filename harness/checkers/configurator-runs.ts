/** Runs of csconfigurator.sh in a drill, and what they said. */
import type { Timeline } from '../timeline.ts';
import { commandsOf, type Typed } from './commands.ts';

export interface ConfiguratorRun extends Typed {
  /** Replays a state file, and asks nothing. */
  silent: boolean;
  /** The file that the last line names; null when it names none. */
  log: string | null;
  /** What each "Running" line names. */
  running: string[];
  /** What each line of the summary says. */
  summary: { result: 'PASSED' | 'FAILED'; words: string; status: number | null }[];
}

const SUMMARY = /^(PASSED|FAILED): (.*?)(?: : status = (\d+))?$/gm;

export function configuratorRuns(timeline: Timeline): ConfiguratorRun[] {
  return commandsOf(timeline, /csconfigurator\.sh\b/).map((one) => ({
    ...one,
    silent: /-noconsole/.test(one.line),
    log: /Please check install log\s+(\S+)/.exec(one.output)?.[1] ?? null,
    running: [...one.output.matchAll(/^Running (.*)$/gm)].map(([, words = '']) => words),
    summary: [...one.output.matchAll(SUMMARY)].map(([, result, words = '', status]) => ({
      result: result === 'PASSED' ? 'PASSED' : 'FAILED',
      words,
      status: status === undefined ? null : Number(status),
    })),
  }));
}
