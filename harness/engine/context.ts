import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

/** Reads a file, or tells with undefined that it is not there. */
export type ReadText = (path: string) => string | undefined;

const Config = z.object({ currentContext: z.string().optional() });
const Meta = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string().min(1) }) }) });

export interface ContextName {
  name: string;
  /** Named by DOCKER_CONTEXT: then it must answer. */
  explicit: boolean;
}

export interface ContextHost {
  host: string;
  /** Folder that has the context's TLS material, if it has any. */
  tlsFolder: string | undefined;
}

export function configFolder(env: NodeJS.ProcessEnv): string {
  return env['DOCKER_CONFIG'] || join(homedir(), '.docker');
}

/** The context that the docker command would use; undefined for none or 'default'. */
export function currentContext(env: NodeJS.ProcessEnv, read: ReadText): ContextName | undefined {
  const named = env['DOCKER_CONTEXT'];
  if (named) return named === 'default' ? undefined : { name: named, explicit: true };
  const config = parsed(Config, read(join(configFolder(env), 'config.json')));
  const name = config?.currentContext;
  return name && name !== 'default' ? { name, explicit: false } : undefined;
}

/** The host of a context, out of the docker command's own store; undefined if there is no such context. */
export function contextHost(name: string, env: NodeJS.ProcessEnv, read: ReadText): ContextHost | undefined {
  const id = createHash('sha256').update(name).digest('hex');
  const contexts = join(configFolder(env), 'contexts');
  const meta = parsed(Meta, read(join(contexts, 'meta', id, 'meta.json')));
  if (!meta) return undefined;
  const tls = join(contexts, 'tls', id, 'docker');
  return {
    host: meta.Endpoints.docker.Host,
    tlsFolder: read(join(tls, 'cert.pem')) === undefined ? undefined : tls,
  };
}

function parsed<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // The docker command's files are not ours to complain about: one that cannot be read names no context.
    return undefined;
  }
}
