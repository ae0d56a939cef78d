/** A client that uses a service by a command of its own, as a container on the public network. Pure. */
import type { CommandClientConfig } from '../../images/client/config.ts';
import type { CommandClient } from '../own-parts.ts';
import type { ContainedOptions } from './contained.ts';
import type { Plan } from './plan.ts';

export function plannedClient(
  plan: Pick<Plan, 'publicNetwork' | 'hostAddress'>,
  { service, host, write, readBack, everyMs, timeoutMs }: CommandClient,
  { prefix, drill }: { prefix: string; drill: string },
): Omit<ContainedOptions, 'image' | 'labels'> {
  const idPrefix = `${service}-${drill}`;
  const config: CommandClientConfig = { service, write, readBack, everyMs, timeoutMs, idPrefix };
  return {
    name: `${prefix}-client-${service}`,
    hostname: `client-${service}`,
    env: { HA_COMMAND_CLIENT: JSON.stringify(config) },
    networks: [{ id: plan.publicNetwork }],
    host: { ExtraHosts: [`${host}:${plan.hostAddress(host)}`] },
    command: ['node', '/opt/ha-drills/images/client/by-command.ts'],
  };
}
