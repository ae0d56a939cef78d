/**
 * cshttpd: WCAP over HTTP on the logical address only. Usage: cshttpd CONFIG-FOLDER. Says "ready" on file descriptor 3
 * once it serves; reads ics.conf once, here.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after } from '../../common/clock.ts';
import { needed, parseConf } from './conf.ts';
import { type CalendarEvent, STORE_FILE, Store } from './store.ts';
import { answer, render, type WcapContext } from './wcap.ts';

const READY_DESCRIPTOR = 3;
/** How long the sabotage "ack-before-durable" keeps an acknowledged write in memory, in ms. */
const HELD_BACK_MS = 500;

const [configFolder = '/opt/SUNWics5/cal/config'] = process.argv.slice(2);
const settings = parseConf(readFileSync(join(configFolder, 'ics.conf'), 'utf8'));
const instance = needed(settings, 'local.servername');
const store = new Store(join(needed(settings, 'caldb.berkeleydb.homedir.path'), STORE_FILE));
const heldBack = new Map<string, CalendarEvent>();

const context: WcapContext = {
  users: usersFrom(join(configFolder, 'users')),
  sessions: new Map(),
  newSession: () => randomBytes(12).toString('hex'),
  write,
  read: (calid, uid) => {
    const held = heldBack.get(uid);
    return held ? { ...held, sequences: [] } : store.read(calid, uid);
  },
};

/** Users from a file beside ics.conf, `name:password` a line. */
function usersFrom(file: string): Map<string, string> {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

function write(event: CalendarEvent): void {
  switch (process.env['HA_SABOTAGE']) {
    case 'ack-before-durable':
      heldBack.set(event.uid, event);
      after(HELD_BACK_MS, () => {
        store.write(event);
        heldBack.delete(event.uid);
      });
      return;
    case 'apply-twice':
      store.write(event, 2);
      return;
    default:
      store.write(event);
  }
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://host');
  response.setHeader('x-ics-node', hostname());
  response.setHeader('x-ics-instance', instance);
  const reply = answer(url.pathname, url.searchParams, context);
  if (reply === undefined) {
    response.writeHead(404).end(`no command ${url.pathname}\n`);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/calendar; charset=utf-8' }).end(render(reply));
});

const port = Number(settings.get('service.http.port') ?? 80);
server.listen(port, needed(settings, 'service.http.listenaddr'), () => {
  try {
    writeSync(READY_DESCRIPTOR, 'ready\n');
  } catch {
    // Started by hand, without anybody waiting on the descriptor.
  }
});

process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  store.close();
  process.exit(0);
});
