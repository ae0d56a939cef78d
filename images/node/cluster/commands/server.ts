/** Takes the operator's commands on a local socket that only the superuser may open; bin/command is the other end. */
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { monotonicMs } from '../../../common/clock.ts';
import type { Shell } from '../shell.ts';
import { parseScrgadm, parseScswitch } from './parse.ts';
import { scstat } from './status.ts';

export const SOCKET = '/var/run/cluster/commands.sock';

interface CommandResult {
  exit: number;
  out: string;
  err: string;
}

export function serveCommands(shell: Shell): void {
  mkdirSync('/var/run/cluster', { recursive: true, mode: 0o755 });
  rmSync(SOCKET, { force: true });
  process.umask(0o077);
  let count = 0;
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    let text = '';
    connection.on('data', (piece) => {
      text += piece;
    });
    connection.on('error', () => undefined);
    connection.on('end', async () => {
      count += 1;
      const [program = '', ...args] = text.split('\0').slice(0, -1);
      const { exit, out, err } = await perform(shell, program, args, count);
      connection.end(`${exit} ${Buffer.byteLength(out)}\n${out}${err}`);
    });
  });
  server.listen(SOCKET, () => process.umask(0o022));
}

async function perform(shell: Shell, program: string, args: string[], count: number): Promise<CommandResult> {
  try {
    if (program === 'scstat')
      return { exit: 0, out: `${scstat(shell.state, args, monotonicMs())}\n`, err: '' };
    const change = program === 'scswitch' ? parseScswitch(args) : parseScrgadm(args);
    // The incarnation keeps ids of an earlier life of this node from being taken for answered ones.
    const id = `${shell.state.config.self}-${shell.state.incarnation}-${count}`;
    const { exit, message } = await shell.perform({ id, change });
    return { exit, out: '', err: message === '' ? '' : `${program}: ${message}\n` };
  } catch (error) {
    return { exit: 1, out: '', err: `${program}: ${error instanceof Error ? error.message : error}\n` };
  }
}
