/** The `drill` command: parsing only. Each command is one call; what goes wrong becomes a message and an exit code. */
import { availableParallelism } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { loadCatalog, mustBeOneOf, sabotageNamed, select, selectOn } from './catalog.ts';
import { addHistoryCommands, addReportCommands } from './cli-history.ts';
import { addRunbook } from './cli-runbook.ts';
import { positiveInteger, seedNumber } from './cli-values.ts';
import {
  clean,
  engineCommand,
  openReport,
  printDoctor,
  printList,
  printTopology,
  recheck,
  shell,
} from './commands.ts';
import { DrillError, ExitCode, messageOf, UsageError } from './errors.ts';
import { historyFolder, readHistory } from './history/store.ts';
import { profiles } from './profiles.ts';
import { freshSeed } from './random.ts';
import { interruption, runAndTell } from './run-command.ts';
import { readTopology } from './topology-file.ts';

/** I/N: this machine does every Nth drill, beginning with the Ith. */
function shardOf(text: string): { index: number; count: number } {
  const [, index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > count)
    throw new InvalidArgumentError('It must be I/N with 1 ≤ I ≤ N, for example 1/4.');
  return { index, count };
}

const CORES_PER_DRILL = 2;

/** A cluster that serves keeps two cores busy, and its clients wait for no other. Whoever repeats wants figures that nobody disturbs. */
function jobsFor(repeat: number): number {
  return repeat > 1 ? 1 : Math.max(1, Math.floor(availableParallelism() / CORES_PER_DRILL));
}

interface RunFlags {
  all: boolean;
  model?: string;
  topology?: string;
  profile: string;
  on: string;
  seed?: number;
  repeat: number;
  jobs?: number;
  timeout?: number;
  sabotage?: string;
  shard?: { index: number; count: number };
  keepOnFailure: boolean;
  stackedPorts: boolean;
  out?: string;
  history?: string | true;
  gate: boolean;
}

/** The history is read before anything is started, so that one that cannot be used does not cost a night. */
function historyOf({ history, gate, sabotage }: RunFlags, known: readonly string[]) {
  if (gate && history === undefined)
    throw new UsageError('--gate compares with the baseline of a history: give --history, too');
  if (history === undefined) return undefined;
  if (sabotage !== undefined)
    throw new UsageError(
      `--history and --sabotage ${sabotage}: a broken variant does not belong into the history`,
    );
  if (typeof history === 'string' && known.includes(history))
    throw new UsageError(
      `--history ${history}: that is a drill, and was taken for a folder; put --history last, or write --history=DIR`,
    );
  return readHistory(historyFolder(history));
}

async function runCommand(names: string[], flags: RunFlags, command: Command): Promise<number> {
  const profile = mustBeOneOf('profile', flags.profile, Object.keys(profiles) as (keyof typeof profiles)[]);
  if (mustBeOneOf('way to run', flags.on, ['containers', 'simulation']) === 'simulation') {
    throw new UsageError(
      '--on simulation: the simulation in virtual time is not built yet; leave it out to run in containers',
    );
  }
  if (flags.all && names.length > 0)
    throw new UsageError(`--all runs every drill: leave out ${names.join(', ')}, or --all`);
  const sabotage = flags.sabotage === undefined ? null : sabotageNamed(flags.sabotage);
  const named = process.argv[2] === 'run';
  const commands = named ? {} : { commands: command.parent?.commands.map((one) => one.name()) ?? [] };
  const own = flags.topology === undefined ? undefined : readTopology(flags.topology);
  if (own && flags.model !== undefined)
    throw new UsageError(
      `--model ${flags.model} and --topology ${flags.topology}: a drill runs on one of them`,
    );
  const catalog = await loadCatalog();
  const all = own
    ? selectOn(own, catalog, { names, all: flags.all })
    : select(catalog, { names, all: flags.all, model: flags.model, ...commands });
  const history = historyOf(
    flags,
    catalog.map(({ options }) => options.name),
  );
  const { shard } = flags;
  const selection = shard ? all.filter((_, index) => index % shard.count === shard.index - 1) : all;
  if (selection.length === 0)
    throw new UsageError(
      `--shard ${shard?.index}/${shard?.count}: there are only ${all.length} drills to share`,
    );
  const { repeat, keepOnFailure, stackedPorts, out } = flags;
  const jobs = flags.jobs ?? jobsFor(repeat);
  // Twice what a takeover with these heartbeats may need on a slow machine.
  const timeoutMs =
    flags.timeout === undefined
      ? 20_000 + 4 * (own?.heartbeat ?? profiles[profile]).timeoutMs
      : flags.timeout * 1000;
  const seed = flags.seed ?? freshSeed();
  const words = `drill ${process.argv.slice(2).join(' ')}`.trim();
  return await runAndTell({
    selection,
    profile,
    seed,
    repeat,
    jobs,
    timeoutMs,
    sabotage,
    keepOnFailure,
    stackedPorts,
    allClaims: flags.all && flags.model === undefined,
    shard,
    history,
    gate: flags.gate,
    out,
    command: words,
    signal: interruption(),
  });
}

/** The whole command line; each command's exit code goes to `finish`. */
export function build(finish: (code: number) => void): Command {
  const program = new Command('drill')
    .description(
      'Failure drills for high-availability setups: breaks a cluster on purpose while clients work, and tells with evidence whether it behaves as its guide says and how long users were cut off.',
    )
    .version(packageJson.version)
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Exit codes: 0 every verdict as expected · 1 a verdict differs · 2 inconclusive · 3 usage or bad input ·
            4 engine or set-up · 130 interrupted

  drill                                     the headline drills on every model
  drill run node-kill --repeat 20           one drill, twenty times: how the outage is distributed
  drill run node-kill --sabotage no-takeover   a broken variant: the check meant for it must turn red
  drill shell Node2                         look around in a cluster kept with --keep-on-failure`,
    );
  const does =
    <A extends unknown[]>(work: (...args: A) => number | Promise<number>) =>
    async (...args: A) =>
      finish(await work(...args));
  program
    .command('run', { isDefault: true })
    .description('run drills and write a report')
    .argument('[names...]', 'drills to run; without any, the headline drills')
    .option('--all', 'every drill on every model', false)
    .option('--model <model>', 'only on this model')
    .option('--topology <file>', 'on a topology of your own: docs/topologies.md')
    .option(
      '--profile <profile>',
      'heartbeats: fast (100 ms, timeout 1 s) or guide (1 s, timeout 10 s)',
      'fast',
    )
    .option('--on <where>', 'containers or simulation', 'containers')
    .option('--seed <seed>', 'repeats the random choices of a run', seedNumber)
    .option('--repeat <n>', 'each drill this many times', positiveInteger, 1)
    .option(
      '--jobs <n>',
      'drills at the same time; default one for every two cores, and one alone where --repeat measures',
      positiveInteger,
    )
    .option('--timeout <seconds>', 'how long to wait for the service to come back', positiveInteger)
    .option('--sabotage <name>', 'run a broken variant; "drill list" names them')
    .option('--shard <i/n>', 'only the ith of n equal shares', shardOf)
    .option('--keep-on-failure', 'leave the cluster of a drill that differs standing', false)
    .addOption(
      new Option(
        '--stacked-ports',
        'two loop devices a port, as on kernels that refuse to cut a mounted one',
      ).default(false),
    )
    .option('--out <dir>', 'folder for the report; default reports/runs/<id>')
    .option(
      '--history [dir]',
      'compare with the runs of a history, and add this one; default HA_DRILLS_HISTORY, else reports/history',
    )
    .option('--gate', 'end with 1 when a switchover is slower than the baseline of the history', false)
    .action(does(runCommand));
  addRunbook(program, does);
  program
    .command('list')
    .description('drills, models, faults, claims and sabotages')
    .option('--claims', 'every claim of the guide, and what bears on it', false)
    .option('--topology <file>', 'what a topology of your own consists of')
    .option('--json', 'as JSON', false)
    .action(
      does(async (flags: { claims: boolean; json: boolean; topology?: string }) =>
        flags.topology === undefined
          ? printList(await loadCatalog(), flags)
          : printTopology(readTopology(flags.topology), flags),
      ),
    );
  program
    .command('doctor')
    .description('is this machine fit for drills? makes a real disk and cuts its port')
    .action(does(printDoctor));
  program
    .command('clean')
    .description('remove what runs that are over have left behind, and prove that nothing is')
    .option('--force', 'of runs that are still going too', false)
    .action(does((flags: { force: boolean }) => clean(flags)));
  program
    .command('recheck')
    .description('judge a stored run again from its timelines')
    .argument('<run>', 'a run’s folder, its id, or "latest"')
    .action(does((run: string) => recheck(run)));
  program
    .command('shell')
    .description('a shell on a node of a cluster that is standing')
    .argument('<node>', 'its name, for example Node2')
    .action(does((node: string) => shell(node)));
  const reports = program.command('report').description('stored reports');
  reports
    .command('open')
    .description('open the report of a run in a browser')
    .argument('[run]', 'a run’s folder, its id, or "latest"', 'latest')
    .action(does((run: string) => openReport(run)));
  addReportCommands(reports, does);
  addHistoryCommands(program, does);
  program
    .command('engine')
    .description('the private Docker engine, where there is one')
    .argument('<what>', 'status or stop')
    .action(does((what: string) => engineCommand(mustBeOneOf('engine command', what, ['status', 'stop']))));
  return program;
}

async function main(): Promise<number> {
  let code: number = ExitCode.asExpected;
  const program = build((result) => {
    code = result;
  });
  const quiet = (command: Command): void => {
    command.exitOverride();
    command.commands.forEach(quiet);
  };
  quiet(program);
  try {
    await program.parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.asExpected : ExitCode.usage;
    process.stderr.write(`drill: ${messageOf(error)}\n`);
    if (error instanceof DrillError) return error.exitCode;
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
      process.stderr.write('drill: the disk is full; free some space, or name another folder with --out\n');
    } else if (process.env['DEBUG']) {
      console.error(error);
    }
    return ExitCode.setUp;
  }
}

if (import.meta.main) process.exit(await main());
