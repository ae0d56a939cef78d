/** All logical addresses of this node at once: off when it may have been given up, and on again when it was not. */
import { execFileSync } from 'node:child_process';
import { monotonicMs } from '../../common/clock.ts';
import { tell } from '../../common/tell.ts';
import type { NodeConfig } from '../config.ts';
import { hasLease } from './core/lease.ts';
import { findType } from './core/lookup.ts';
import type { State } from './core/types.ts';
import type { Methods } from './methods.ts';
import { Standstill } from './standstill.ts';
import type { Logger } from './syslog.ts';
import { plumb } from './types/logical-hostname.ts';

const TYPE = 'SUNW.LogicalHostname';
const PLUMB_TIMEOUT_MS = 60_000;

interface Interface {
  ifname: string;
  addr_info: { local: string }[];
}

/** What has to go, from the output of `ip -j -4 address`: device and address of all but this node's own. Pure. */
export function othersBeside(own: string, interfaces: Interface[]): { device: string; address: string }[] {
  const device = interfaces.find(({ addr_info }) => addr_info.some(({ local }) => local === own));
  return (device?.addr_info ?? []).flatMap(({ local }) =>
    local === own ? [] : [{ device: device?.ifname ?? '', address: local }],
  );
}

/** Returns when they are off; nothing else happens on this node meanwhile. */
export function withdrawAddresses({ publicAddress, publicPrefix }: NodeConfig): string[] {
  const interfaces = JSON.parse(execFileSync('ip', ['-j', '-4', 'address'], { encoding: 'utf8' }));
  const logical = othersBeside(publicAddress, interfaces as Interface[]);
  const input = logical
    .map(({ device, address }) => `address del ${address}/${publicPrefix} dev ${device}\n`)
    .join('');
  // "-force": one that has gone meanwhile keeps none of the others.
  if (logical.length > 0)
    execFileSync('ip', ['-force', '-batch', '-'], { input, stdio: ['pipe', 'ignore', 'ignore'] });
  return logical.map(({ address }) => address);
}

/** Those of the resources that are up here. */
async function restoreAddresses({ repository, local }: State, methods: Methods): Promise<void> {
  const type = findType(repository, TYPE);
  if (type === undefined) return;
  const up = repository.resources.filter((one) => one.type === TYPE && local[one.name]?.stage === 'up');
  for (const resource of up) {
    const call = { resource, type, method: 'START', timeoutMs: PLUMB_TIMEOUT_MS } as const;
    await plumb(methods.contextOf(call, new AbortController().signal), { announce: true });
  }
}

/** What keeps clients from a node that stood still, on this node's own interface. */
export function standstillGuard(
  state: () => State,
  config: NodeConfig,
  methods: Methods,
  logger: Logger,
): Standstill {
  return new Standstill({
    timeoutMs: config.heartbeat.timeoutMs,
    withdraw: () => withdrawAddresses(config),
    isHeard: () => hasLease(state(), monotonicMs()),
    restore: () =>
      void restoreAddresses(state(), methods).catch((error) =>
        tell({ kind: 'log', text: `logical addresses were not put back: ${error}` }),
      ),
    tell: (stoodMs, withdrawn) => {
      const [stood, off] = [String(Math.round(stoodMs)), withdrawn.join(', ') || 'none was on'];
      const text = 'This node stood still for %d ms; its logical addresses are off until others hear it: %s.';
      logger.log('warning', 'Cluster.CMM', text, stood, off);
      tell({ kind: 'log', text: `stood still for ${stood} ms; logical addresses off: ${off}` });
    },
  });
}
