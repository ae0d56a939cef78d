/** `drill runbook`: checks a document, and has its procedure done as a run of drills. */
import type { Report } from '../../reports/model.ts';
import type { CatalogDrill, Selection } from '../catalog.ts';
import { OFFERED } from '../engine/image-tags.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { profiles } from '../profiles.ts';
import { type RunOptions, runDrills } from '../run.ts';
import { shownPath } from '../run-folder.ts';
import type { Topology } from '../topology-model.ts';
import { verdictOf } from './checking.ts';
import { BOUNDARY_FAULTS, type BoundaryFault, type Runbook, type Variation } from './document.ts';
import { optionsOf } from './options.ts';
import { type ReadRunbook, readRunbook } from './read.ts';
import { told } from './telling.ts';
import { nearest } from './values.ts';

export interface RunbookFlags {
  check: boolean;
  faultAtEveryStep?: string | true;
  rollbackFromEveryStep: boolean;
  repeat: number;
}

type Rest = Pick<
  RunOptions,
  'seed' | 'keepOnFailure' | 'stackedPorts' | 'out' | 'command' | 'signal' | 'profile'
> & {
  timeoutMs: number | undefined;
};

const DOCUMENT = `${import.meta.dirname}/drill-of-document.ts`;

/** Documents that are not in order: nothing is run of any. */
export async function runbookCommand(
  files: readonly string[],
  flags: RunbookFlags,
  rest: Rest,
): Promise<number> {
  const fault = faultOf(flags.faultAtEveryStep);
  if (fault !== null && flags.rollbackFromEveryStep)
    throw new UsageError(
      '--fault-at-every-step and --rollback-from-every-step are two runs: say one of them',
    );
  const read = files.map((file) => ({ file, found: readRunbook(file) }));
  const verdicts = read.map(({ file, found }) => verdictOf(file, found));
  if (verdicts.some(({ inOrder }) => !inOrder)) {
    for (const { lines } of verdicts.filter(({ inOrder }) => !inOrder))
      process.stderr.write(`${lines.join('\n')}\n`);
    return ExitCode.usage;
  }
  if (flags.check) {
    process.stdout.write(`${verdicts.flatMap(({ lines }) => lines).join('\n')}\n`);
    return ExitCode.asExpected;
  }
  const selection = read.flatMap(({ found }) =>
    selectionOf(found, { fault, back: flags.rollbackFromEveryStep }),
  );
  needDifferentNames(selection);
  const heartbeat = selection[0]?.topology?.heartbeat ?? profiles[rest.profile];
  const { report, folder } = await runDrills({
    ...rest,
    timeoutMs: rest.timeoutMs ?? 20_000 + 4 * heartbeat.timeoutMs,
    selection,
    repeat: flags.repeat,
    jobs: 1,
    sabotage: null,
    allClaims: false,
  });
  return tell(report, folder);
}

function tell(report: Report, folder: string): number {
  process.stdout.write(`${told(report).join('\n')}\n`);
  process.stdout.write(`${report.sentence} Report: ${shownPath(folder)}\n`);
  return report.exitCode;
}

function faultOf(given: RunbookFlags['faultAtEveryStep']): BoundaryFault | null {
  if (given === undefined) return null;
  if (given === true) return 'power-loss';
  const found = BOUNDARY_FAULTS.find((one) => one === given);
  if (found !== undefined) return found;
  if (given.includes('.') || given.includes('/'))
    throw new UsageError(
      `--fault-at-every-step ${given}: that is taken for the name of a fault; write documents before the options`,
    );
  throw new UsageError(
    `--fault-at-every-step=${given}: there is no such fault${nearest(given, BOUNDARY_FAULTS)} There are: ${BOUNDARY_FAULTS.join(', ')}`,
  );
}

function selectionOf(
  { runbook, topology }: ReadRunbook,
  how: { fault: BoundaryFault | null; back: boolean },
): Selection[] {
  if (runbook === null || topology === null) return [];
  return variationsOf(runbook, how).map((variation) => {
    const drill: CatalogDrill = {
      title: runbook.title,
      options: optionsOf({ runbook, variation }),
      script: () => Promise.resolve(),
      file: DOCUMENT,
    };
    const whole = withNeeds(topology, runbook);
    return { drill, model: runbook.model, topology: whole, runbook: { runbook, variation } };
  });
}

/** With its own packages a model of ours is another one. */
function withNeeds(topology: Topology, { needs, offers, clients }: Runbook): Topology {
  const packages = [...topology.packages, ...needs, ...offers.map((name) => `${OFFERED}${name}`)];
  return { ...topology, packages, ...(clients.length === 0 ? {} : { commandClients: clients }) };
}

export function variationsOf(
  { steps }: Runbook,
  { fault, back }: { fault: BoundaryFault | null; back: boolean },
): (Variation | null)[] {
  if (fault !== null)
    return Array.from({ length: steps.length + 1 }, (_, after) => ({ kind: 'fault', fault, after }));
  if (back) return steps.map((_, index) => ({ kind: 'rollback', from: index + 1 }));
  return [null];
}

/** A run keeps what it has of each document under the document's name. */
function needDifferentNames(selection: readonly Selection[]): void {
  const files = new Map<string, string>();
  for (const { drill, runbook } of selection) {
    const { name } = drill.options;
    const file = runbook?.runbook.file ?? '';
    const other = files.get(name);
    if (other !== undefined && other !== file)
      throw new UsageError(`${other} and ${file} have the same name: run one after the other`);
    files.set(name, file);
  }
}
