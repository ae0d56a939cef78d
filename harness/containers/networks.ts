/** The networks of a cluster: internal, so that nothing a drill does can leave the machine. */
import type Docker from 'dockerode';
import { messageOf, SetupError } from '../errors.ts';
import { anyInteger } from '../random.ts';

/** 198.18.0.0/15 is set aside for tests (RFC 2544): it clashes with no LAN, VPN or other container. */
const SUBNETS = 512;
const ATTEMPTS = 40;

export interface Network {
  id: string;
  name: string;
  /** Address with this last number. Fixed ones lie below 64 or from 200 on, outside of what the engine hands out. */
  address(last: number): string;
}

export async function createNetwork(
  docker: Docker,
  name: string,
  labels: Record<string, string>,
): Promise<Network> {
  let index = anyInteger(0, SUBNETS - 1);
  let trouble = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const prefix = `198.${18 + Math.floor(index / 256)}.${index % 256}`;
    try {
      const network = await docker.createNetwork({
        Name: name,
        Internal: true,
        CheckDuplicate: true,
        Labels: labels,
        IPAM: { Driver: 'default', Config: [{ Subnet: `${prefix}.0/24`, IPRange: `${prefix}.64/26` }] },
      });
      return { id: network.id, name, address: (last) => `${prefix}.${last}` };
    } catch (error) {
      trouble = messageOf(error);
      if (!/overlap|already exists on|conflicts/i.test(trouble)) break;
      index = (index + 1) % SUBNETS;
    }
  }
  throw new SetupError(
    `no network ${name} can be made: ${trouble}. "drill clean" removes what earlier runs left.`,
  );
}
