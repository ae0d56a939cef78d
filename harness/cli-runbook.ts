/** The part of the `drill` command about procedures in documents: parsing only. */
import { type Command, Option } from 'commander';
import { mustBeOneOf } from './catalog.ts';
import { type Does, positiveInteger, seedNumber } from './cli-values.ts';
import { type ProfileName, profiles } from './profiles.ts';
import { freshSeed } from './random.ts';
import { interruption } from './run-command.ts';
import { type RunbookFlags, runbookCommand } from './runbook/command.ts';

interface Flags extends RunbookFlags {
  profile: string;
  seed?: number;
  timeout?: number;
  keepOnFailure: boolean;
  stackedPorts: boolean;
  out?: string;
}

async function runbook(files: string[], flags: Flags): Promise<number> {
  const { keepOnFailure, stackedPorts, out, timeout } = flags;
  return await runbookCommand(files, flags, {
    profile: mustBeOneOf('profile', flags.profile, Object.keys(profiles) as ProfileName[]),
    seed: flags.seed ?? freshSeed(),
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    keepOnFailure,
    stackedPorts,
    out,
    command: `drill ${process.argv.slice(2).join(' ')}`.trim(),
    signal: interruption(),
  });
}

export function addRunbook(program: Command, does: Does): void {
  program
    .command('runbook')
    .description('rehearse a procedure that stands in a document: docs/runbooks.md')
    .argument('<files...>', 'Markdown documents')
    .option('--check', 'tell whether the documents are in order, and run nothing', false)
    .option(
      '--fault-at-every-step [fault]',
      'once for each boundary between steps, with a fault of the node that serves there: power-loss, hang, panic or reboot',
    )
    .option('--rollback-from-every-step', 'once for each step, and from there back to the start', false)
    .option('--profile <profile>', 'heartbeats: fast or guide', 'fast')
    .option('--seed <seed>', 'repeats the random choices of a run', seedNumber)
    .option('--repeat <n>', 'each this many times', positiveInteger, 1)
    .option('--timeout <seconds>', 'how long to wait for the service to come back', positiveInteger)
    .option('--keep-on-failure', 'leave the cluster of a procedure that differs standing', false)
    .addOption(new Option('--stacked-ports', 'two loop devices a port').default(false).hideHelp())
    .option('--out <dir>', 'folder for the report; default reports/runs/<id>')
    .addHelpText(
      'after',
      `
  drill runbook docs/examples/upgrade.md --check                  is the document in order?
  drill runbook docs/examples/upgrade.md                          rehearse it
  drill runbook docs/examples/upgrade.md --fault-at-every-step    where is the death of a node safe?`,
    )
    .action(does(runbook));
}
