/** The part of the `drill` command about other runs, earlier ones and one that is under way: parsing only. */
import { type Command, InvalidArgumentError } from 'commander';
import { type Does, positiveInteger } from './cli-values.ts';
import { UsageError } from './errors.ts';
import { historyFolder } from './history/store.ts';
import {
  compareWithBaseline,
  GATE_LIMITS,
  setBaselines,
  setMissingBaselines,
  showBaselines,
  showHistory,
} from './history-commands.ts';
import { annotate, mergeRuns } from './merge.ts';
import { watchRun } from './watching/watch.ts';

const HISTORY = [
  '--history [dir]',
  'folder of the history; default HA_DRILLS_HISTORY, else reports/history',
] as const;

/** A number above 0 and below `most`. */
function numberBelow(most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !(value > 0 && value < most))
      throw new InvalidArgumentError(`It must be a number above 0 and below ${most}.`);
    return value;
  };
}

interface HistoryFlag {
  history?: string | true;
}

interface SetFlags extends HistoryFlag {
  last?: number;
  missing: boolean;
}

interface CompareFlags extends HistoryFlag {
  effect: number;
  least: number;
  level: number;
  pool: number;
  json: boolean;
}

export function addHistoryCommands(program: Command, does: Does): void {
  program
    .command('watch')
    .description('what happens now, node by node, in a run that is under way on this machine')
    .argument('[run]', 'its id or folder; not needed where there is only one')
    .action(does((run: string | undefined) => watchRun(run)));
  program
    .command('history')
    .description('the runs that were kept with --history')
    .option(...HISTORY)
    .option('--json', 'as JSON', false)
    .action(
      does((flags: HistoryFlag & { json: boolean }) => showHistory(historyFolder(flags.history), flags)),
    );
  const baseline = program
    .command('baseline')
    .description('lengths that later runs are compared with: the gate on switchover time');
  baseline
    .command('set')
    .description('set the baseline of this kind of machine, by runs of the history or of folders')
    .argument('[runs...]', 'ids or folders; without any, the last run of the history')
    .option('--last <n>', 'by so many of the last runs of the history', positiveInteger)
    .option(
      '--missing',
      'only for machines that have none, once the history has --last runs of theirs (default 10)',
      false,
    )
    .option(...HISTORY)
    .action(
      does((runs: string[], { history, last, missing }: SetFlags) => {
        if (missing && runs.length > 0)
          throw new UsageError(`--missing and ${runs.join(', ')}: it goes by the runs of the history`);
        return missing
          ? setMissingBaselines(historyFolder(history), last ?? 10)
          : setBaselines(historyFolder(history), runs, last);
      }),
    );
  baseline
    .command('show')
    .description('the baselines that are set')
    .option(...HISTORY)
    .option('--json', 'as JSON', false)
    .action(
      does((flags: HistoryFlag & { json: boolean }) => showBaselines(historyFolder(flags.history), flags)),
    );
  baseline
    .command('compare')
    .description('is a run slower? exit code 0 no, 1 yes, 2 too few to tell, 3 nothing to compare with')
    .argument('[run]', 'its id or folder; without it, the last run of the history')
    .option(
      '--effect <percent>',
      'by how much of the baseline something must be slower',
      numberBelow(1000),
      GATE_LIMITS.effect * 100,
    )
    .option('--least <ms>', 'and by how many milliseconds', numberBelow(1e9), GATE_LIMITS.leastMs)
    .option(
      '--level <p>',
      'chance of a false alarm, over all drills together',
      numberBelow(1),
      GATE_LIMITS.level,
    )
    .option('--pool <n>', 'how many of the last runs are taken together', positiveInteger, GATE_LIMITS.pool)
    .option(...HISTORY)
    .option('--json', 'as JSON', false)
    .action(
      does((run: string | undefined, { effect, least, level, pool, json, history }: CompareFlags) =>
        compareWithBaseline(
          historyFolder(history),
          run,
          { effect: effect / 100, leastMs: least, level, pool },
          { json },
        ),
      ),
    );
}

export function addReportCommands(report: Command, does: Does): void {
  report
    .command('annotate')
    .description('what is not as expected, as workflow commands of GitHub')
    .argument('[run]', 'a run’s folder, its id, or "latest"', 'latest')
    .action(does((run: string) => annotate(run)));
  report
    .command('merge')
    .description('the shards of a run as one report; exit code as of a run')
    .argument('<dirs...>', 'folders of the shards')
    .option('--out <dir>', 'folder for the report; default reports/runs/<id>')
    .option(HISTORY[0], 'compare with the history and add the merged run to it; default reports/history')
    .action(
      does((dirs: string[], flags: HistoryFlag & { out?: string }) =>
        mergeRuns(dirs, {
          out: flags.out,
          history: flags.history === undefined ? undefined : historyFolder(flags.history),
        }),
      ),
    );
}
