import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod';
import { after } from '../clock.ts';
import { messageOf, SetupError } from '../errors.ts';
import type { Engine } from './engine.ts';

const Event = z.looseObject({ stream: z.string().optional(), error: z.string().optional() });

/** The engine's own complaint about a build, pull or import, with the output that came before it. */
export class EngineOutputError extends Error {
  readonly output: string[];
  constructor(message: string, output: string[]) {
    super(message);
    this.name = 'EngineOutputError';
    this.output = output;
  }
}

export interface FollowOptions {
  onLine?: (line: string) => void;
  /** Deadlines for the first event and for the silence between two. */
  firstWithinMs?: number;
  silentForMs?: number;
}

/** Reads what the engine says of a build, pull or import to its end; throws if it says that it failed. */
export async function followed(stream: NodeJS.ReadableStream, options: FollowOptions = {}): Promise<void> {
  const readable = stream as Readable;
  const output: string[] = [];
  let failed: string | undefined;
  let cancel = silence(readable, options.firstWithinMs);
  try {
    for await (const text of createInterface({ input: readable })) {
      cancel();
      cancel = silence(readable, options.silentForMs);
      const event = eventIn(text);
      failed ??= event.error;
      for (const line of stripVTControlCharacters(event.stream ?? '')
        .split('\n')
        .filter(isTelling)) {
        output.push(line);
        options.onLine?.(line);
      }
    }
  } finally {
    cancel();
  }
  if (readable.errored) throw readable.errored;
  if (failed !== undefined) throw new EngineOutputError(failed, output.slice(-15));
}

/** The builder's notes about layers and containers tell a reader nothing. */
function isTelling(line: string): boolean {
  return line.trim() !== '' && !/^ ---> |^Removing intermediate container/.test(line);
}

function silence(stream: Readable, ms: number | undefined): () => void {
  if (ms === undefined) return () => undefined;
  return after(ms, () => stream.destroy(new Error(`no answer within ${ms} ms`)));
}

function eventIn(text: string): z.infer<typeof Event> {
  try {
    return Event.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** A SetupError for what the engine could not do: a full disk by name, else the last lines of its output. */
export async function setUpFailure(engine: Engine, what: string, error: unknown): Promise<SetupError> {
  if (error instanceof SetupError) return error;
  const message = messageOf(error).trim();
  const output = error instanceof EngineOutputError ? error.output : [];
  if (isDiskFull([message, ...output].join('\n'))) {
    const info: { DockerRootDir?: string } = await engine.docker.info().catch(() => ({}));
    return new SetupError(
      `${what}: the disk is full where the engine keeps its data (${info.DockerRootDir ?? 'unknown'}, ${engine.host}); make room there, then try again`,
      { cause: error },
    );
  }
  if (/socket hang up|EPIPE|ECONNRESET/.test(message))
    return new SetupError(
      `${what}: the engine closed the connection (${message}), as it does when its disk is full; look at the disk and at the log of ${engine.host}, then try again`,
      { cause: error },
    );
  const lines = [`${what}: ${message}`, ...output.map((line) => `  ${line}`)];
  return new SetupError(`${lines.join('\n')}\nPut right what the last lines name, then try again.`, {
    cause: error,
  });
}

export function isDiskFull(text: string): boolean {
  return /ENOSPC|no space left on device|disk quota exceeded/i.test(text);
}
