/** From an HTTP request to an HTTP reply: which command it is, its parameters, the format of the reply. */
import { StoreFailed } from '../store/calendar-store.ts';
import { answer, isCommand } from './commands.ts';
import type { WcapContext } from './context.ts';
import { Refused } from './errno.ts';
import { askStore } from './events.ts';
import { contentType, FORMATS, type Format, render } from './formats.ts';
import { Parameters, wrong } from './parameters.ts';
import { type Reply, reply } from './reply.ts';

export interface Call {
  method: string;
  /** As it stands in the request line. */
  target: string;
  /** Of the body, in small letters and without parameters; empty when there is none. */
  type: string;
  body: string;
}

export interface HttpReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const FORM = 'application/x-www-form-urlencoded';

/** `wallClockMs` is the moment that the reply says it was made. @throws what is no fault of the call. */
export async function respond(call: Call, context: WcapContext, wallClockMs: number): Promise<HttpReply> {
  const { path, query } = partsOf(call.target);
  if (path === '/ping') return await ping(call.method, context);
  if (!isCommand(path)) return plain(404, 'no such command');
  if (call.method !== 'GET' && call.method !== 'POST')
    return plain(405, 'commands are called with GET or POST', { allow: 'GET, POST' });
  if (call.body !== '' && call.type !== FORM) return plain(415, `parameters in a body come as ${FORM}`);
  const parameters = new Parameters(new URLSearchParams(query), new URLSearchParams(call.body));
  const format = formatOf(parameters);
  if (format instanceof Refused) {
    const refusal = reply(format.errno, [['X-ICS-PROBLEM', format.message]]);
    return rendered(refusal, 'text/calendar', wallClockMs);
  }
  return rendered(await answer(path, parameters, context), format, wallClockMs);
}

/** For probes: is this instance able to serve? The store answers with the rest. */
async function ping(method: string, context: WcapContext): Promise<HttpReply> {
  if (method !== 'GET') return plain(405, 'this is asked with GET', { allow: 'GET' });
  try {
    await askStore(context);
    return plain(200, 'ok');
  } catch (error) {
    if (!(error instanceof StoreFailed)) throw error;
    return plain(503, 'the store does not answer');
  }
}

/** A target is a path, or a whole address when the client takes the server for a proxy (RFC 9112 §3.2.2). */
function partsOf(target: string): { path: string; query: string } {
  const local = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const mark = local.indexOf('?');
  return mark < 0 ? { path: local, query: '' } : { path: local.slice(0, mark), query: local.slice(mark + 1) };
}

function formatOf(parameters: Parameters): Format | Refused {
  try {
    const wanted = parameters.optional('fmt-out') ?? 'text/calendar';
    return (
      FORMATS.find((format) => format === wanted) ?? wrong('fmt-out', `it can be ${FORMATS.join(' or ')}`)
    );
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}

function rendered(made: Reply, format: Format, wallClockMs: number): HttpReply {
  const headers = { 'content-type': contentType(made, format) };
  return { status: 200, headers, body: render(made, format, wallClockMs) };
}

export function plain(status: number, text: string, more: Record<string, string> = {}): HttpReply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...more }, body: `${text}\n` };
}
