/** SUNW.LogicalHostname: an address that follows its group, made known by one gratuitous ARP. */
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { run } from '../../../common/run.ts';
import type { MethodContext, ResourceTypePlugin } from './type.ts';

async function addressesOf({ resource }: MethodContext): Promise<string[]> {
  const hosts = (resource.properties['HostnameList'] ?? resource.name).split(',');
  return await Promise.all(hosts.map(async (host) => (await lookup(host, { family: 4 })).address));
}

/** The interface that has this node's own address on the public network. */
function publicInterface({ config }: MethodContext): string {
  const found = Object.entries(networkInterfaces()).find(([, addresses]) =>
    addresses?.some(({ address }) => address === config.publicAddress),
  );
  if (found === undefined)
    throw new Error(`no interface has ${config.publicAddress}: the public network is down here`);
  return found[0];
}

export async function plumb(context: MethodContext, options: { announce: boolean }): Promise<void> {
  const device = publicInterface(context);
  for (const address of await addressesOf(context)) {
    await run('ip', ['address', 'replace', `${address}/${context.config.publicPrefix}`, 'dev', device]);
    if (options.announce) announce(device, address, context);
  }
}

/** Gratuitous ARP. Not waited for: arping sends at once, and then lingers for a second in case someone answers. */
function announce(device: string, address: string, { log }: MethodContext): void {
  run('arping', ['-U', '-q', '-c', '1', '-I', device, address], { accept: [0, 1] }).catch((error) =>
    log(String(error)),
  );
}

export const logicalHostname: ResourceTypePlugin = {
  type: 'SUNW.LogicalHostname',
  methods: {
    START: { name: 'hafoip_start', run: (context) => plumb(context, { announce: true }) },
    STOP: {
      name: 'hafoip_stop',
      run: async (context) => {
        const device = publicInterface(context);
        for (const address of await addressesOf(context)) {
          // 2 is what ip says of an address that is not there: then there is nothing to take down.
          await run('ip', ['address', 'del', `${address}/${context.config.publicPrefix}`, 'dev', device], {
            accept: [0, 2],
          });
        }
      },
    },
  },
};
