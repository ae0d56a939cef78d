/** Carries out a command's words on this node and says what to print and how to end. */
import { monotonicMs } from '../../../common/clock.ts';
import type { Answer, Change, Request, State } from '../core/types.ts';
import type { PathStatus } from '../interconnect.ts';
import type { ProcessMonitor } from '../process-monitor.ts';
import type { MirrorStatus } from '../volumes.ts';
import { printConfiguration } from './configuration-print.ts';
import { metastat, parseMetastat } from './metastat.ts';
import { pictureOf } from './picture.ts';
import { parsePmfadm, pmfadm } from './pmfadm.ts';
import { readRegistration } from './registration-files.ts';
import { type PrintForm, parseScrgadm } from './scrgadm.ts';
import { parseScstat, scstat } from './scstat.ts';
import { parseScswitch } from './scswitch.ts';
import { asksForUsage, USAGE } from './usage.ts';

/** What commands need of the node's shell. */
export interface CommandShell {
  readonly state: State;
  /** Resolves when the cluster has done or refused it. */
  perform(request: Request): Promise<Answer>;
  mirrors?(): Promise<MirrorStatus[]>;
  /** Paths to the peers, one for each peer and interconnect. */
  paths?(): PathStatus[];
  /** Names of quorum devices that this node is wired to and that do not answer. */
  silentQuorumDevices?(): Promise<string[]>;
  readonly processMonitor?: ProcessMonitor;
}

export interface Call {
  program: string;
  args: string[];
  /** Where the caller is, for relative paths. */
  folder: string;
}

export interface CommandResult {
  exit: number;
  out: string;
  err: string;
}

type Performer = (shell: CommandShell, call: Call, id: string) => Promise<CommandResult>;

const PROGRAMS: Record<string, Performer> = {
  scswitch: (shell, { program, args }, id) => carryOut(shell, program, parseScswitch(args), id),
  scrgadm: performScrgadm,
  scstat: performScstat,
  metastat: performMetastat,
  pmfadm: performPmfadm,
};

/** Never throws: what went wrong is the answer. `id` must differ from that of every other request of the cluster. */
export async function performCommand(shell: CommandShell, call: Call, id: string): Promise<CommandResult> {
  const { program, args } = call;
  const performer = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : undefined;
  const usage = USAGE[program];
  if (performer === undefined || usage === undefined)
    return failure(program, `there is no such command; there are ${Object.keys(PROGRAMS).join(', ')}`);
  if (asksForUsage(args)) return success(usage);
  // scstat and metastat show everything when they are given nothing.
  if (args.length === 0 && !program.endsWith('stat')) return { exit: 1, out: '', err: usage };
  try {
    return await performer(shell, call, id);
  } catch (error) {
    return failure(program, error instanceof Error ? error.message : String(error));
  }
}

const success = (out: string): CommandResult => ({ exit: 0, out, err: '' });

function failure(program: string, message: string): CommandResult {
  return { exit: 1, out: '', err: oneLine(program, message) };
}

/** Whatever words it quotes, or what a method's program printed. */
function oneLine(program: string, message: string): string {
  return `${program}: ${message.replaceAll(/\p{Cc}+/gu, ' ')}\n`;
}

async function carryOut(
  shell: CommandShell,
  program: string,
  change: Change,
  id: string,
): Promise<CommandResult> {
  const { state } = shell;
  if (state.view === null) {
    const { waits } = pictureOf(state, monotonicMs());
    return failure(program, `nothing can be changed: ${waits}`);
  }
  const { exit, message } = await shell.perform({ id, change });
  return { exit, out: '', err: message === '' ? '' : oneLine(program, message) };
}

async function performScrgadm(shell: CommandShell, call: Call, id: string): Promise<CommandResult> {
  const form = parseScrgadm(call.args);
  switch (form.do) {
    case 'print':
      return print(shell.state, form);
    case 'read-registration-file': {
      const type = readRegistration(form, call.folder);
      return carryOut(shell, call.program, { do: 'register-type', type }, id);
    }
    default:
      return carryOut(shell, call.program, form, id);
  }
}

function print({ repository, view, config }: State, form: PrintForm): CommandResult {
  const out = printConfiguration(repository, form);
  if (view !== null) return success(out);
  const warning = `scrgadm: ${config.self} is in no cluster: this is the configuration that it had last\n`;
  return { exit: 0, out, err: warning };
}

async function performScstat(shell: CommandShell, { args }: Call): Promise<CommandResult> {
  const form = parseScstat(args);
  const paths = shell.paths?.();
  const silentQuorumDevices = form.parts.includes('q') ? await shell.silentQuorumDevices?.() : undefined;
  const beside = { ...(paths && { paths }), ...(silentQuorumDevices && { silentQuorumDevices }) };
  return success(scstat(pictureOf(shell.state, monotonicMs(), beside), form));
}

async function performMetastat(shell: CommandShell, { args }: Call): Promise<CommandResult> {
  const form = parseMetastat(args);
  const { self, deviceGroups } = shell.state.config;
  const sets = deviceGroups.map(({ name }) => name);
  return success(metastat((await shell.mirrors?.()) ?? [], form, sets, self));
}

async function performPmfadm(shell: CommandShell, { args, folder }: Call): Promise<CommandResult> {
  const form = parsePmfadm(args);
  if (shell.processMonitor === undefined)
    return failure('pmfadm', 'the process monitor facility does not run on this node');
  const { exit, out } = await pmfadm(shell.processMonitor, form, folder);
  return { exit, out, err: '' };
}
