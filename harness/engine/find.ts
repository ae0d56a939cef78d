import { readFileSync } from 'node:fs';
import { messageOf, SetupError } from '../errors.ts';
import { contextHost, currentContext, type ReadText } from './context.ts';
import { dockerAt } from './docker-at.ts';
import type { Engine, Progress } from './engine.ts';
import { hasProgram, installEngine } from './install.ts';
import { startPrivateEngine } from './private-engine.ts';
import { privateEngineHost } from './private-paths.ts';
import { probeEngine } from './probe.ts';

/** An engine that may answer. */
export interface Candidate {
  kind: string;
  host: string;
  /** The variable that names it: it then must answer, since whoever set it means this engine and no other. */
  variable?: string;
  value?: string;
  tlsFolder?: string | undefined;
}

/** What the search touches, so that its order can be tested without an engine. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  read: ReadText;
  probe: (host: string, answerWithinMs: number) => Promise<string>;
  hasDockerd: () => boolean;
  install: typeof installEngine;
  startPrivate: (progress: Progress) => Promise<Engine>;
}

const defaultSocket: Candidate = { kind: 'default socket', host: 'unix:///var/run/docker.sock' };

const here: Surroundings = {
  env: process.env,
  read: readOrNothing,
  probe: probeEngine,
  hasDockerd: () => hasProgram('dockerd'),
  install: installEngine,
  startPrivate: startPrivateEngine,
};

/**
 * The first engine that answers: DOCKER_HOST, the current context, the default socket, our own. With none, starts our
 * own, installing Docker if that is possible; `start: false` leaves that out.
 */
export async function findOrStartEngine(
  progress: Progress,
  options: { start?: boolean } = {},
  around: Surroundings = here,
): Promise<Engine> {
  const tried: string[] = [];
  for (const candidate of candidates(around.env, around.read)) {
    const engine = await engineAt(candidate, tried, around);
    if (engine) return engine;
  }
  if (options.start === false)
    throw new SetupError(
      [
        'no Docker engine answers. Tried:',
        ...tried.map((line) => `  - ${line}`),
        '`npm run drill` starts one.',
      ].join('\n'),
    );
  if (!around.hasDockerd()) {
    await around.install(progress, tried);
    // The package starts the machine's own engine where there is an init system to do so.
    const engine = await engineAt(defaultSocket, tried, around);
    if (engine) return engine;
  }
  return await startOwn(progress, tried, around);
}

async function startOwn(progress: Progress, tried: string[], around: Surroundings): Promise<Engine> {
  try {
    return await around.startPrivate(progress);
  } catch (error) {
    throw new SetupError(
      ['no Docker engine answers. Tried:', ...tried.map((line) => `  - ${line}`), messageOf(error)].join(
        '\n',
      ),
      { cause: error },
    );
  }
}

/** Where an engine may be, in the order of the search. */
export function candidates(env: NodeJS.ProcessEnv, read: ReadText): Candidate[] {
  const named = env['DOCKER_HOST'];
  if (named) return [{ kind: 'DOCKER_HOST', host: named, variable: 'DOCKER_HOST', value: named }];
  const own: Candidate = { kind: 'private', host: privateEngineHost() };
  const context = currentContext(env, read);
  if (!context) return [defaultSocket, own];
  const found = contextHost(context.name, env, read);
  if (!found && context.explicit)
    throw new SetupError(
      `DOCKER_CONTEXT='${context.name}': there is no such context; unset it to let drill find or start an engine`,
    );
  if (!found) return [defaultSocket, own];
  const candidate: Candidate = { kind: `context ${context.name}`, ...found };
  if (context.explicit) return [{ ...candidate, variable: 'DOCKER_CONTEXT', value: context.name }];
  return [candidate, defaultSocket, own];
}

async function engineAt(
  candidate: Candidate,
  tried: string[],
  around: Surroundings,
): Promise<Engine | undefined> {
  const { kind, host, variable, value, tlsFolder } = candidate;
  // Child processes (watchdog, drills) find the same engine, so a context's certificates go where DOCKER_HOST's would.
  if (tlsFolder) around.env['DOCKER_CERT_PATH'] = tlsFolder;
  if (tlsFolder) around.env['DOCKER_TLS_VERIFY'] = '1';
  try {
    // A socket on this machine answers at once; a remote engine may have to log us in first.
    const version = await around.probe(host, host.startsWith('unix://') ? 3000 : 8000);
    return { docker: dockerAt(host), host, kind, version };
  } catch (error) {
    const cause = told(error);
    if (variable)
      throw new SetupError(
        `${variable}='${value}' does not answer (${host}: ${cause}); unset it to let drill find or start an engine`,
        { cause: error },
      );
    tried.push(`${kind} ${host}: ${cause}`);
    return undefined;
  }
}

/** A SetupError's message says it all already; of anything else the causes belong to the story. */
function told(error: unknown): string {
  return error instanceof SetupError ? error.message : messageOf(error);
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
