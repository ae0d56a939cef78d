/** WCAP in this process, on a port of the loopback, with a store in memory and two users beside the administrator. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import ICAL from 'ical.js';
import { type Directory, DirectoryDown } from '../../images/node/ics/directory/directory.ts';
import { settingsOf } from '../../images/node/ics/settings.ts';
import type { CalendarStore } from '../../images/node/ics/store/calendar-store.ts';
import { type ServiceParts, serveWcap } from '../../images/node/ics/wcap/service.ts';
import { memoryStore } from './memory-store.ts';

export const PASSWORDS: Record<string, string> = { ann: 'secret', bob: 'sea & sun', calmaster: 'drill' };

/** `down`: nobody can be asked. */
export function directory(state: { down: boolean } = { down: false }): Directory {
  const ask = () => {
    if (state.down) throw new DirectoryDown('no connection to the directory');
  };
  return {
    authenticate: async (user, password) => {
      ask();
      return Object.hasOwn(PASSWORDS, user.toLowerCase()) && PASSWORDS[user.toLowerCase()] === password
        ? 'ok'
        : 'denied';
    },
    knows: async (user) => {
      ask();
      return Object.hasOwn(PASSWORDS, user);
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface Answered {
  status: number;
  headers: Headers;
  body: string;
  errno: number;
  /** Properties of the reply, by name in small letters. */
  properties: Record<string, string>;
  /** Name → value, of each event. */
  events: Record<string, unknown>[];
}

export interface WcapServer extends AsyncDisposable {
  port: number;
  store: CalendarStore;
  published: { topic: string; calid: string; uid: string }[];
  problems: unknown[];
  call(command: string, parameters?: Record<string, string>, options?: CallOptions): Promise<Answered>;
  /** Logs in; returns the session's id. */
  login(user: string): Promise<string>;
  stop(): Promise<void>;
}

export interface CallOptions {
  post?: boolean;
}

let ids = 0;

export async function wcapServer(
  conf: Record<string, string> = {},
  parts: Partial<ServiceParts> = {},
): Promise<WcapServer> {
  const store = parts.store ?? memoryStore();
  const published: WcapServer['published'] = [];
  const problems: unknown[] = [];
  const own = {
    'service.http.listenaddr': '127.0.0.1',
    'service.http.port': String(await freePort()),
    'local.servername': 'cal1',
  };
  const settings = settingsOf(new Map(Object.entries({ ...own, ...conf })));
  const server = await serveWcap({
    ...{ settings, store, directory: directory() },
    publish: (topic, event) => void published.push({ topic, ...event }),
    newSessionId: () => `session${++ids}`,
    problem: (error) => void problems.push(error),
    ...parts,
  });
  const call: WcapServer['call'] = (command, parameters = {}, options = {}) =>
    callAt(server.port, command, parameters, options);
  return {
    ...{ port: server.port, store, published, problems, call, stop: server.stop },
    login: async (user) => {
      const { properties } = await call('login', { user, password: PASSWORDS[user] ?? '' });
      return properties['x-nscp-wcap-session-id'] ?? '';
    },
    [Symbol.asyncDispose]: server.stop,
  };
}

export async function callAt(
  port: number,
  command: string,
  parameters: Record<string, string> = {},
  { post = false }: CallOptions = {},
): Promise<Answered> {
  const form = new URLSearchParams(parameters);
  const address = `http://127.0.0.1:${port}/${command}.wcap`;
  const response = await (post
    ? fetch(address, { method: 'POST', body: form })
    : fetch(`${address}?${form}`));
  const body = await response.text();
  const calendar = parameters['fmt-out'] === 'text/xml' ? undefined : calendarIn(body);
  return { status: response.status, headers: response.headers, body, ...(calendar ?? nothing) };
}

const nothing = { errno: Number.NaN, properties: {}, events: [] };

function calendarIn(body: string): Pick<Answered, 'errno' | 'properties' | 'events'> {
  if (!body.startsWith('BEGIN:VCALENDAR')) return nothing;
  const read = new ICAL.Component(ICAL.parse(body) as unknown[]);
  const values = (component: ICAL.Component) =>
    Object.fromEntries(component.getAllProperties().map((property) => [property.name, readValue(property)]));
  const properties = values(read);
  return {
    errno: Number(properties['x-nscp-wcap-errno']),
    properties,
    events: read.getAllSubcomponents('vevent').map((event) => ({
      ...values(event),
      ...Object.fromEntries(event.getAllSubcomponents().map((one) => [one.name, values(one)])),
    })),
  };
}

/** What is not RFC 5545's own is a text (§3.8.8.2), which the library leaves as it stands. */
export function readValue(property: ICAL.Property): string {
  const value = String(property.getFirstValue());
  return property.type === 'unknown'
    ? value.replace(/\\(.)/gs, (_, one: string) => (/n/i.test(one) ? '\n' : one))
    : value;
}
