/** Tells the watcher that processes are about to be ended by an operator, without a goodbye of their own. */
import { connect } from 'node:net';
import { after } from '../../../common/clock.ts';
import { receiveLines, sendLine } from '../json-lines.ts';
import type { ProcessName } from '../program.ts';

/** A watcher that hangs is not waited for longer than this, in ms: it then misses the announcement. */
const PATIENCE_MS = 2000;
const LONGEST_LINE = 1000;

/** Resolves once the watcher knows, or there is none. */
export async function announceEnds(path: string, names: readonly ProcessName[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(path);
  const disarm = after(PATIENCE_MS, resolve);
  socket.on('error', () => resolve()).on('close', () => resolve());
  socket.on('connect', () => sendLine(socket, { expect: names }));
  receiveLines(socket, LONGEST_LINE, () => resolve());
  await promise;
  disarm();
  socket.destroy();
}
