/**
 * The client: an open loop of writes with unique ids and reads of acknowledged ones, sent on schedule whatever the
 * service does, and timed from the planned moment. SIGUSR2: end the load, read every write back through the service,
 * and end.
 */
import '../common/only-compile.ts';
import { Agent } from 'node:http';
import { every, moment, monotonicMs, until } from '../common/clock.ts';
import type { FoundWrite } from '../common/protocol.ts';
import { heard, tell } from '../common/tell.ts';
import { batchesOf } from './batches.ts';
import type { ClientConfig } from './config.ts';
import { eventsIn, MEETING, problemIn, sessionIn, summaryOf, wrongIn } from './replies.ts';
import { type CallResult, call } from './wcap-call.ts';

const config = JSON.parse(process.env['HA_CLIENT'] ?? '{}') as ClientConfig;
const FIRST_LOGIN_DEADLINE_MS = 120_000;
/** Longer than a server waits for its directory: it is to say itself that it cannot tell. */
const LOGIN_PATIENCE_MS = 10_000;
const READ_BACK_DEADLINE_MS = 5_000;
/** Ids asked for in one read-back call; WCAP's parameters end at 1024 characters. */
const [READ_BACK_BATCH, LONGEST_PARAMETER] = [25, 1024];
const SESSION_INVALID = 1;

const agent: Agent | false = config.keepAlive ? new Agent({ keepAlive: true }) : false;
const written: string[] = [];
const acknowledged: string[] = [];
const underway = new Set<Promise<void>>();
let session = '';
let loggingIn = false;
let count = 0;

function ask(
  command: string,
  parameters: Record<string, string>,
  deadline: number,
  over = agent,
): Promise<CallResult> {
  return call(config, `/${command}.wcap?${new URLSearchParams(parameters)}`, deadline, over);
}

async function login(): Promise<boolean> {
  const result = await tryLogin(config.timeoutMs);
  session = sessionIn(result.body) ?? session;
  return result.outcome === 'ok';
}

async function tryLogin(patienceMs: number): Promise<CallResult> {
  const plannedAt = monotonicMs();
  const { user, password, service } = config;
  const result = await ask('login', { user, password }, plannedAt + patienceMs);
  const { outcome, node, instance, version } = result;
  const detail = [result.detail, problemIn(result.body)].filter(Boolean).join(': ');
  tell({
    kind: 'operation',
    service,
    operation: 'login',
    uid: '',
    plannedAt,
    outcome,
    detail,
    node,
    instance,
    version,
  });
  return result;
}

async function operate(operation: 'write' | 'read', uid: string, plannedAt: number): Promise<void> {
  const deadline = plannedAt + config.timeoutMs;
  const common = { id: session, calid: config.user, uid };
  const event = { ...MEETING, summary: summaryOf(uid) };
  const result =
    operation === 'write'
      ? await ask('storeevents', { ...common, ...event }, deadline)
      : await ask('fetchevents_by_id', common, deadline);
  const { outcome, detail, node, instance, version, errno } = result;
  const told = config.forgiving === true && outcome !== 'ok' ? () => undefined : tell;
  told({
    kind: 'operation',
    service: config.service,
    operation,
    uid,
    plannedAt,
    outcome,
    detail,
    node,
    instance,
    version,
    ...(operation === 'read' && outcome === 'ok' ? { wrong: wrongIn(uid, result.body) } : {}),
  });
  if (operation === 'write' && outcome === 'ok') acknowledged.push(uid);
  if (errno === SESSION_INVALID && !loggingIn) {
    // The server that knew the session is gone: a user logs in anew.
    loggingIn = true;
    await login();
    loggingIn = false;
  }
}

/** Sends whatever is due. Writes and reads take turns, so that each has half of the rate. */
function sendDue(startedAt: number): void {
  const periodMs = 1000 / config.ratePerSecond;
  while (startedAt + count * periodMs <= monotonicMs()) {
    const plannedAt = startedAt + count * periodMs;
    const operation = count % 2 === 0 || acknowledged.length === 0 ? 'write' : 'read';
    const uid =
      operation === 'write'
        ? `${config.idPrefix}-${count}`
        : (acknowledged[(count * 7919) % acknowledged.length] ?? '');
    if (operation === 'write') written.push(uid);
    count += 1;
    attend(operate(operation, uid, plannedAt));
  }
}

function attend(work: Promise<unknown>): void {
  const one = work.then(() => undefined);
  underway.add(one);
  void one.finally(() => underway.delete(one));
}

/** New users, each with the patience of one who has just typed a password. */
function letLogIn(): () => void {
  const { loginsPerSecond } = config;
  if (loginsPerSecond === 0) return () => undefined;
  return every(1000 / loginsPerSecond, () => attend(tryLogin(LOGIN_PATIENCE_MS)));
}

async function readBack(): Promise<void> {
  const over = new Agent({ keepAlive: true, maxSockets: 2 });
  const found: FoundWrite[] = [];
  let problem = '';
  try {
    await until('login for reading back', READ_BACK_DEADLINE_MS, async () =>
      (await login()) ? true : undefined,
    );
    for (const uid of batchesOf(written, READ_BACK_BATCH, LONGEST_PARAMETER)) {
      const { body, errno, detail } = await ask(
        'fetchevents_by_id',
        { id: session, calid: config.user, uid },
        monotonicMs() + READ_BACK_DEADLINE_MS,
        over,
      );
      if (errno === null || ![0, 59].includes(errno)) throw new Error(`reading back: ${detail}`);
      found.push(...eventsIn(body));
    }
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  over.destroy();
  tell({ kind: 'read-back', service: config.service, asked: written.length, found, problem });
}

process.on('SIGTERM', () => process.exit(0));
let isOver = false;
const ended = new Promise<void>((resolve) =>
  process.on('SIGUSR2', () => {
    isOver = true;
    resolve();
  }),
);
const tryFirst = async () => ((await login()) ? true : isOver ? false : undefined);
const { firstLoginMs = FIRST_LOGIN_DEADLINE_MS } = config;
if (!(await until('first login', firstLoginMs, tryFirst, { everyMs: 50 }))) {
  const problem = 'the service let no client log in';
  tell({ kind: 'read-back', service: config.service, asked: 0, found: [], problem });
  await heard();
  process.exit(0);
}
tell({ kind: 'client-started', ratePerSecond: config.ratePerSecond, timeoutMs: config.timeoutMs });
const startedAt = monotonicMs();
const stop = every(1, () => sendDue(startedAt));
const stopLogins = letLogIn();
await ended;
stop();
stopLogins();
await Promise.race([Promise.all(underway), moment(config.timeoutMs * 2)]);
tell({ kind: 'client-stopped', sent: count });
await readBack();
await heard();
process.exit(0);
