/** SUNW.LogicalHostname: an address that follows its group, made known by one gratuitous ARP. */
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { run } from '../../../common/run.ts';
import { sabotaged } from '../../operation-sabotages.ts';
import { listOf, type Method, type MethodContext, type ResourceTypePlugin } from './type.ts';

/** In seconds, as in the registration file: the type is there before that is read, and declares less by itself. */
const DEFAULTS = { Thorough_probe_interval: 60, Probe_timeout: 30 };
const MONITORED = 'The address is plumbed and the link is up';

export function hostsOf(context: Pick<MethodContext, 'resource' | 'property'>): string[] {
  const hosts = listOf(context.property('HostnameList'));
  return hosts.length > 0 ? hosts : [context.resource.name];
}

export async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch (error) {
    throw new Error(`logical host ${host} has no address: put it into /etc/hosts on all nodes`, {
      cause: error,
    });
  }
}

/** Whether two addresses are in one subnet. Pure. */
export function sameSubnet(one: string, other: string, prefix: number): boolean {
  const number = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefix);
  return Math.floor(number(one) / size) === Math.floor(number(other) / size);
}

/** The interface that has this node's own address on the public network; one whose link is down has it too. */
async function publicInterface({ config }: MethodContext): Promise<string> {
  const device = await deviceWith(config.publicAddress);
  if (device !== undefined) return device;
  throw new Error(`no interface has ${config.publicAddress}: this node is not on the public network`);
}

/** The device that an address is on, up or down. Node knows those that are up, and answers without a program. */
async function deviceWith(address: string): Promise<string | undefined> {
  const found = Object.entries(networkInterfaces()).find(([, addresses]) =>
    addresses?.some((known) => known.address === address),
  );
  if (found !== undefined) return found[0];
  const line = await run('ip', ['-o', '-4', 'address', 'show', 'to', address]);
  return /^\d+:\s+(\S+)/.exec(line)?.[1];
}

/** The kernel's word on an interface's link; "unknown" is what a device says that has no link to lose. */
export async function needLink(device: string, folder = '/sys/class/net'): Promise<void> {
  const state = (await readFile(`${folder}/${device}/operstate`, 'utf8')).trim();
  if (state !== 'up' && state !== 'unknown')
    throw new Error(`the link of public interface ${device} is ${state}`);
}

async function needPublicLink(context: MethodContext): Promise<void> {
  await needLink(await publicInterface(context));
}

export async function plumb(context: MethodContext, options: { announce: boolean }): Promise<void> {
  const device = await publicInterface(context);
  await needLink(device);
  for (const host of hostsOf(context)) {
    const address = await addressOf(host);
    await run('ip', ['address', 'replace', `${address}/${context.config.publicPrefix}`, 'dev', device]);
    if (options.announce) announce(device, address, context);
  }
}

/** Gratuitous ARP. Not waited for: arping sends at once, and then lingers for a second in case someone answers. */
function announce(device: string, address: string, { log }: MethodContext): void {
  run('arping', ['-U', '-q', '-c', '1', '-I', device, address], { accept: [0, 1] }).catch((error) =>
    log('warning', 'The address %s was not announced: %s', address, String(error)),
  );
}

const validate: Method = async (context) => {
  const { publicAddress, publicPrefix } = context.config;
  const agree: Record<string, string> = {};
  for (const host of hostsOf(context)) {
    const address = await addressOf(host);
    if (!sameSubnet(address, publicAddress, publicPrefix))
      throw new Error(
        `logical host ${host} has address ${address}, which is not in the public network of this node, ${publicAddress}/${publicPrefix}`,
      );
    agree[`the address of ${host}`] = address;
  }
  return agree;
};

const stop: Method = async (context) => {
  if (sabotaged('offline-leaves-address')) return;
  for (const host of hostsOf(context)) {
    const address = await addressOf(host);
    const device = await deviceWith(address);
    // 2 is what ip says of an address that has gone meanwhile.
    if (device !== undefined)
      await run('ip', ['address', 'del', `${address}/${context.config.publicPrefix}`, 'dev', device], {
        accept: [0, 2],
      });
  }
  context.setStatus('Offline', '');
};

async function probe(context: MethodContext): Promise<void> {
  await needPublicLink(context);
  for (const host of hostsOf(context)) {
    const address = await addressOf(host);
    if ((await deviceWith(address)) === undefined)
      throw new Error(`address ${address} of ${host} is on no interface any more`);
  }
}

function milliseconds({ property }: MethodContext, name: keyof typeof DEFAULTS): number {
  return Number(property(name) || DEFAULTS[name]) * 1000;
}

export const logicalHostname: ResourceTypePlugin = {
  type: 'SUNW.LogicalHostname',
  methods: {
    VALIDATE: validate,
    PRENET_START: needPublicLink,
    START: async (context) => {
      await plumb(context, { announce: true });
      context.setStatus('Online', '');
    },
    STOP: stop,
    MONITOR_START: async (context) => {
      context.monitor.start({
        name: 'hafoip_probe',
        intervalMs: milliseconds(context, 'Thorough_probe_interval'),
        timeoutMs: milliseconds(context, 'Probe_timeout'),
        run: () => probe(context),
      });
      context.setStatus('Online', MONITORED);
    },
    MONITOR_STOP: (context) => context.monitor.stop(),
    MONITOR_CHECK: needPublicLink,
  },
};
