/**
 * The client of the comparison: an open loop of requests at a fixed rate, one connection each, timed from the planned
 * moment. Orders: "start" begins the load, "stop" ends it once no request is under way any more, "read" asks the
 * service for the ids that it has.
 */
import { request } from 'node:http';
import { after, every, monotonicMs } from '../../../images/common/clock.ts';
import type { Outcome } from '../../../images/common/protocol.ts';
import { serveOrders, tell } from '../../../images/common/tell.ts';

/** What "start" is given. */
export interface Load {
  address: string;
  port: number;
  ratePerSecond: number;
  timeoutMs: number;
  /** The load ends by itself after so many requests. */
  most: number;
}

interface Answer {
  outcome: Outcome;
  detail: string;
  body: string;
}

const READ_TIMEOUT_MS = 10_000;

function ask(method: string, path: string, { address, port }: Load, deadline: number): Promise<Answer> {
  return new Promise((resolve) => {
    let done = false;
    const settle = (answer: Answer) => {
      if (done) return;
      done = true;
      cancel();
      resolve(answer);
      asked.destroy();
    };
    const cancel = after(Math.max(0, deadline - monotonicMs()), () => unanswered('no answer in time'));
    const asked = request({ method, host: address, port, path, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', (error) => unanswered(error.message));
      response.on('end', () => {
        const [status, body] = [response.statusCode ?? 0, Buffer.concat(pieces).toString()];
        // A server that broke down over a request may have carried it out before.
        const outcome = status === 200 ? 'ok' : status >= 500 ? 'indeterminate' : 'failed';
        settle({ outcome, detail: `HTTP ${status}`, body });
      });
    });
    function unanswered(detail: string): void {
      settle({ outcome: detail === 'ECONNREFUSED' ? 'failed' : 'indeterminate', detail, body: '' });
    }
    asked.on('error', (error: NodeJS.ErrnoException) => unanswered(error.code ?? error.message));
    asked.end();
  });
}

const underway = new Set<Promise<void>>();
let load: Load | undefined;
let endLoad: () => void = () => undefined;
let sent = 0;

async function write(id: number, plannedAt: number, to: Load): Promise<void> {
  const { outcome, detail } = await ask('PUT', `/w/${id}`, to, plannedAt + to.timeoutMs);
  const common = { kind: 'operation', service: 'bench', operation: 'write', node: '', instance: '' } as const;
  tell({ ...common, uid: String(id), plannedAt, outcome, detail });
}

function start(given: Load): void {
  load = given;
  const startedAt = monotonicMs();
  const plannedAt = (id: number) => startedAt + (id * 1000) / given.ratePerSecond;
  endLoad = every(1, () => {
    while (sent < given.most && plannedAt(sent) <= monotonicMs()) {
      const one = write(sent, plannedAt(sent), given);
      sent += 1;
      underway.add(one);
      void one.finally(() => underway.delete(one));
    }
  });
}

await serveOrders(
  {
    start: (order) => start(order as unknown as Load),
    stop: async () => {
      endLoad();
      await Promise.all(underway);
      return sent;
    },
    read: async () => {
      if (load === undefined) throw new Error('there was no load');
      const { outcome, detail, body } = await ask('GET', '/ids', load, monotonicMs() + READ_TIMEOUT_MS);
      if (outcome !== 'ok') throw new Error(`the ids could not be read: ${detail}`);
      return body;
    },
  },
  () => process.exit(0),
);
