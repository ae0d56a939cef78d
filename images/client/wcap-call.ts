/** One call of WCAP over HTTP, with what is known of its fate when no reply comes. */
import { type Agent, request } from 'node:http';
import { after, monotonicMs } from '../common/clock.ts';
import type { Outcome } from '../common/protocol.ts';
import { errnoIn, unfolded } from './replies.ts';

export interface Target {
  address: string;
  port: number;
}

export interface CallResult {
  outcome: Outcome;
  detail: string;
  node: string;
  instance: string;
  version: string;
  errno: number | null;
  /** With its folded lines in one. */
  body: string;
}

/** WCAP's error 14: the store failed, and whether the write is on the disk nobody knows. */
const STORE_FAILED = 14;
const HTTP_OK = 200;

/**
 * Calls once; settles at `deadline` (monotonic ms) at the latest. "failed" means certainly not done: no connection was
 * made, or the server refused. A request that may have been sent and got no reply is indeterminate.
 */
export function call(
  target: Target,
  path: string,
  deadline: number,
  agent: Agent | false = false,
): Promise<CallResult> {
  const { address: host, port } = target;
  return new Promise((resolve) => {
    let connected = agent !== false;
    let settled = false;
    const settle = (result: Partial<CallResult> & { outcome: Outcome; detail: string }) => {
      if (settled) return;
      settled = true;
      cancel();
      resolve({ node: '', instance: '', version: '', errno: null, body: '', ...result });
      if (agent === false) req.destroy();
    };
    const noReply = (detail: string) => settle({ outcome: connected ? 'indeterminate' : 'failed', detail });
    const req = request({ host, port, path, agent }, (response) => {
      let body = '';
      response.on('data', (piece) => {
        body += piece;
      });
      response.on('error', (error) => noReply(error.message));
      response.on('end', () => {
        const node = String(response.headers['x-ics-node'] ?? '');
        const instance = String(response.headers['x-ics-instance'] ?? '');
        const version = String(response.headers['x-ics-version'] ?? '');
        const whole = unfolded(body);
        settle({ ...judge(response.statusCode ?? 0, whole), node, instance, version, body: whole });
      });
      response.on('close', () => noReply('the connection broke in the middle of the reply'));
    });
    req.on('socket', (socket) => {
      if (agent !== false) return;
      socket.once('connect', () => {
        connected = true;
      });
    });
    req.on('error', (error: NodeJS.ErrnoException) => noReply(error.code ?? error.message));
    const cancel = after(Math.max(0, deadline - monotonicMs()), () =>
      noReply(connected ? 'no reply in time' : 'no connection in time'),
    );
    req.end();
  });
}

function judge(status: number, body: string): { outcome: Outcome; detail: string; errno: number | null } {
  if (status !== HTTP_OK) {
    // A server that broke down over a request may have carried it out before.
    return { outcome: status >= 500 ? 'indeterminate' : 'failed', detail: `HTTP ${status}`, errno: null };
  }
  const errno = errnoIn(body);
  if (errno === undefined)
    return { outcome: 'indeterminate', detail: 'a reply without an error number', errno: null };
  if (errno === 0) return { outcome: 'ok', detail: '', errno };
  return {
    outcome: errno === STORE_FAILED ? 'indeterminate' : 'failed',
    detail: `WCAP error ${errno}`,
    errno,
  };
}
