/** Broken variants of the operator's commands: what they say is done is not, or not yet, or not all. */
import { spawn } from 'node:child_process';
import { type OperationSabotage, sabotaged } from '../../operation-sabotages.ts';
import { type Call, type CommandResult, type CommandShell, performCommand } from './perform.ts';

type Variant = (shell: CommandShell, call: Call, id: string) => Promise<CommandResult>;

const DONE: CommandResult = { exit: 0, out: '', err: '' };
const is = ({ program, args }: Call, line: RegExp) => line.test([program, ...args].join(' '));
const doneInstead =
  (line: RegExp): Variant =>
  async (shell, call, id) =>
    is(call, line) ? DONE : await performCommand(shell, call, id);

const VARIANTS: Partial<Record<OperationSabotage, Variant>> = {
  'enable-returns-early': async (shell, call, id) => {
    const performed = performCommand(shell, call, id);
    return is(call, /^scswitch -e /) ? DONE : await performed;
  },
  'switch-does-nothing': doneInstead(/^scswitch -z -g /),
  'restart-does-nothing': doneInstead(/^scswitch -R /),
  'disable-leaves-process': async (shell, call, id) => {
    // There from before the end of the command: the next one may follow before anybody looks.
    if (is(call, /^scswitch -n -j /)) leaveProcess();
    return await performCommand(shell, call, id);
  },
  'remove-does-nothing': async (shell, call, id) => {
    const resource = shell.state.repository.resources.find(({ name }) => name === call.args.at(-1));
    const isDisabled = is(call, /^scrgadm -r -j /) && resource?.enabled === false;
    return isDisabled ? DONE : await performCommand(shell, call, id);
  },
  'restart-as-written-works': async (shell, call, id) => {
    if (!is(call, /^scrgadm -R -j /)) return await performCommand(shell, call, id);
    const resource = shell.state.repository.resources.find(({ name }) => name === call.args.at(-1));
    const args = ['-R', '-h', shell.state.config.self, '-g', resource?.group ?? ''];
    return await performCommand(shell, { ...call, program: 'scswitch', args }, id);
  },
};

/** Does nothing but be there, under the name of a server process. */
function leaveProcess(): void {
  spawn('node', ['-e', 'process.stdin.resume()', '/lib/csadmind.ts'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

/** As `performCommand`, in the variant that is in force. */
export const performOrBreak: Variant = async (shell, call, id) => {
  const [, variant = performCommand] =
    Object.entries(VARIANTS).find(([name]) => sabotaged(name as OperationSabotage)) ?? [];
  return await variant(shell, call, id);
};
