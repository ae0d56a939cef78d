import * as z from 'zod';
import { SetupError } from '../errors.ts';
import { dockerAt } from './docker-at.ts';

const Version = z.object({ Version: z.string(), Os: z.string() });

/**
 * Asks an engine who it is.
 * @returns its version. Throws if there is no answer within the deadline, or if it does not run Linux containers.
 */
export async function probeEngine(host: string, answerWithinMs: number): Promise<string> {
  const docker = dockerAt(host, { answerWithinMs });
  try {
    await docker.ping();
    const version = Version.parse(await docker.version());
    if (version.Os !== 'linux') throw new SetupError(`it runs ${version.Os} containers, not Linux ones`);
    return version.Version;
  } catch (error) {
    throw new SetupError(reasonOf(error, answerWithinMs), { cause: error });
  }
}

function reasonOf(error: unknown, answerWithinMs: number): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such socket';
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'EACCES') return 'permission denied; your user is not in the group that may use it';
  if (code === 'ECONNRESET') return `no answer within ${answerWithinMs} ms`;
  if (error instanceof AggregateError) return error.errors.map(String).join(', ');
  return error.message;
}
