/**
 * Takes the operator's commands on a local socket that only the superuser may open; bin/command is the other end.
 * Asked: a line with the number of bytes, then as many: the program, the caller's folder and the words, each ended by a
 * NUL. Answered: a line "STATUS BYTES BYTES", then what goes to stdout and what goes to stderr.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { sabotaged } from '../../operation-sabotages.ts';
import { performOrBreak } from './broken.ts';
import type { CommandResult, CommandShell } from './perform.ts';

export const SOCKET = '/var/run/cluster/commands.sock';
/** Far more than any command of an operator. */
const LONGEST_BYTES = 256 * 1024;

export type { CommandShell } from './perform.ts';

export function serveCommands(shell: CommandShell, path: string = SOCKET): Server {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  rmSync(path, { force: true });
  let count = 0;
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    // A caller that hangs up gets no answer; what it asked for is done all the same.
    connection.on('error', () => undefined);
    takeWords(connection, (words) => {
      count += 1;
      // The incarnation keeps ids of an earlier life of this node from being taken for answered ones.
      const id = `${shell.state.config.self}-${shell.state.incarnation}-${count}`;
      const [program = '', folder = '/', ...args] = words;
      void performOrBreak(shell, { program, args, folder }, id).then((result) => answer(connection, result));
    });
  });
  // The socket is made within listen(), with the mask of that moment.
  const mask = process.umask(sabotaged('anyone-may-command') ? 0 : 0o077);
  server.listen(path);
  process.umask(mask);
  return server;
}

function answer(connection: Socket, { exit, out, err }: CommandResult): void {
  if (connection.destroyed) return;
  connection.end(`${exit} ${Buffer.byteLength(out)} ${Buffer.byteLength(err)}\n${out}${err}`);
}

/** Words that came short are no command: what is missing of them might have been what mattered. */
function takeWords(connection: Socket, onWords: (words: string[]) => void): void {
  const pieces: Buffer[] = [];
  let length = 0;
  connection.on('data', (piece) => {
    length += piece.length;
    // What is too much is still read, so that the caller can hear about it.
    if (length <= LONGEST_BYTES || pieces.length === 0) pieces.push(piece as Buffer);
  });
  connection.on('end', () => {
    const text = Buffer.concat(pieces);
    const head = text.indexOf('\n');
    const body = text.subarray(head + 1);
    if (length > LONGEST_BYTES) {
      const [program] = body.toString('utf8').split('\0', 1);
      const err = `${program}: ${length} bytes are too long for a command; the longest has ${LONGEST_BYTES}\n`;
      answer(connection, { exit: 1, out: '', err });
      return;
    }
    if (head < 0 || Number(text.toString('latin1', 0, head)) !== body.length || body.at(-1) !== 0)
      connection.destroy();
    else onWords(body.toString('utf8').split('\0').slice(0, -1));
  });
}
