/** WCAP as one instance serves it: its settings, who it asks, what it tells others. */
import { hostname } from 'node:os';
import { monotonicMs, wallClock } from '../../../common/clock.ts';
import type { Directory } from '../directory/directory.ts';
import { sabotaged } from '../sabotage.ts';
import type { Settings } from '../settings.ts';
import type { CalendarStore } from '../store/calendar-store.ts';
import { KnownCalendars } from './access.ts';
import { respond } from './call.ts';
import type { WcapContext } from './context.ts';
import { firstNode } from './first-node.ts';
import { type HttpLimits, type HttpServer, LIMITS, serveHttp } from './http.ts';
import { Sessions } from './sessions.ts';
import { SharedSessions } from './shared-sessions.ts';

export interface ServiceParts {
  /** What the instance was started with. */
  settings: Settings;
  store: CalendarStore;
  directory: Directory;
  /** As it was installed, and patched; read once, as the settings are. */
  version?: string;
  publish: WcapContext['publish'];
  newSessionId(): string;
  /** Hears of errors of the program. */
  problem(error: unknown): void;
  limits?: Partial<HttpLimits>;
}

/** Resolves once it serves. @throws when settings are missing or wrong, or nothing can listen there. */
export async function serveWcap(parts: ServiceParts): Promise<HttpServer> {
  const { settings, store, directory } = parts;
  const SessionsOf = sabotaged('session-shared') ? SharedSessions : Sessions;
  const sessions = new SessionsOf(parts.newSessionId, () => ({
    most: settings.number('service.http.maxsessions'),
    timeoutMs: settings.number('service.http.sessiontimeout') * 1000,
  }));
  const context: WcapContext = {
    ...{ store, directory, sessions, settings, nowMs: monotonicMs },
    calendars: new KnownCalendars(directory),
    ...{ publish: parts.publish, problem: parts.problem },
  };
  return await serveHttp({
    address: sabotaged('listens-everywhere') ? '0.0.0.0' : settings.text('service.http.listenaddr'),
    port: settings.number('service.http.port'),
    limits: { ...LIMITS, idleMs: settings.number('service.http.idletimeout') * 1000, ...parts.limits },
    headers: {
      'x-ics-node': sabotaged('old-name') ? firstNode(settings) : hostname(),
      'x-ics-instance': settings.text('local.servername'),
      'x-ics-version': parts.version ?? 'unpackaged',
    },
    respond: (call) => respond(call, context, wallClock().getTime()),
    problem: parts.problem,
  });
}
