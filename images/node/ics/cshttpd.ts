/** cshttpd: WCAP over HTTP on the logical address only. Usage: cshttpd.ts BASE */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after } from '../../common/clock.ts';
import { type Running, runProgram, type Surroundings } from './program.ts';
import { type CalendarEvent, STORE_FILE, Store } from './store.ts';
import { answer, render, type WcapContext } from './wcap.ts';

/** How long the sabotage "ack-before-durable" keeps an acknowledged write in memory, in ms. */
const HELD_BACK_MS = 500;

/** Users from a file beside ics.conf, `name:password` a line. */
function usersFrom(file: string): Map<string, string> {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

function writerOf(store: Store, heldBack: Map<string, CalendarEvent>): (event: CalendarEvent) => void {
  return (event) => {
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
  };
}

async function start({ settings, configFolder }: Surroundings): Promise<Running> {
  const instance = settings.text('local.servername');
  const store = new Store(join(settings.text('caldb.berkeleydb.homedir.path'), STORE_FILE));
  const heldBack = new Map<string, CalendarEvent>();
  const context: WcapContext = {
    users: usersFrom(join(configFolder, 'users')),
    sessions: new Map(),
    newSession: () => randomBytes(12).toString('hex'),
    write: writerOf(store, heldBack),
    read: (calid, uid) => {
      const held = heldBack.get(uid);
      return held ? { ...held, sequences: [] } : store.read(calid, uid);
    },
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://host');
    response.setHeader('x-ics-node', hostname());
    response.setHeader('x-ics-instance', instance);
    if (url.pathname === '/ping') {
      store.read('', '');
      response.writeHead(200).end('pong\n');
      return;
    }
    const reply = answer(url.pathname, url.searchParams, context);
    if (reply === undefined) {
      response.writeHead(404).end(`no command ${url.pathname}\n`);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/calendar; charset=utf-8' }).end(render(reply));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.number('service.http.port'), settings.text('service.http.listenaddr'), resolve);
  });
  return {
    stop: async () => {
      server.close();
      server.closeAllConnections();
      store.close();
    },
  };
}

await runProgram('cshttpd', start);
