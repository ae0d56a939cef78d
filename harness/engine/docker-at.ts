import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { SetupError } from '../errors.ts';

/** dockerode fills gaps from DOCKER_HOST; naming every field keeps the variable out of a host that we chose. */
const blank = {
  host: undefined,
  port: undefined,
  socketPath: undefined,
  username: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  protocol: 'http',
};

/**
 * A client for a host in DOCKER_HOST's form: unix://, tcp:// (with TLS out of DOCKER_CERT_PATH) or ssh://.
 * With `answerWithinMs`, a request that gets no answer by then fails.
 */
export function dockerAt(host: string, options: { answerWithinMs?: number } = {}): Docker {
  const deadline = options.answerWithinMs === undefined ? {} : { connectionTimeout: options.answerWithinMs };
  return new Docker({ ...blank, ...addressOf(host), ...deadline } as Docker.DockerOptions);
}

export function isLocal(host: string): boolean {
  return host.startsWith('unix://');
}

function addressOf(host: string): Record<string, unknown> {
  if (host.startsWith('unix://'))
    return { socketPath: host.slice('unix://'.length) || '/var/run/docker.sock' };
  const url = URL.parse(host.includes('//') ? host : `tcp://${host}`);
  if (url?.protocol === 'ssh:')
    return {
      protocol: 'ssh',
      host: url.hostname,
      port: url.port || undefined,
      username: url.username || userInfo().username,
      sshOptions: { agent: process.env['SSH_AUTH_SOCK'] },
    };
  if (url && ['tcp:', 'http:', 'https:'].includes(url.protocol))
    return { host: url.hostname, port: url.port || '2375', ...tlsOf(url) };
  throw new SetupError(
    `engine host '${host}': only unix://, tcp:// and ssh:// are understood; set DOCKER_HOST to one of these`,
  );
}

function tlsOf(url: URL): Record<string, unknown> {
  const folder = process.env['DOCKER_CERT_PATH'];
  const wanted = process.env['DOCKER_TLS_VERIFY'] || url.port === '2376' || url.protocol === 'https:';
  if (!wanted) return {};
  if (!folder) return { protocol: 'https' };
  const read = (name: string) => readFileSync(join(folder, name));
  return { protocol: 'https', ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
