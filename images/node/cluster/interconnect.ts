/** Heartbeats as datagrams over every interconnect: any one of them is enough to be heard. */
import { createSocket, type Socket } from 'node:dgram';
import type { NodeConfig } from '../config.ts';
import type { Heartbeat } from './core/types.ts';

const PORT = 5405;

export class Interconnect {
  readonly #links: { socket: Socket; peers: string[] }[] = [];

  async open(config: NodeConfig, onHeartbeat: (heartbeat: Heartbeat) => void): Promise<void> {
    for (const { self, peers } of config.interconnects) {
      const socket = createSocket('udp4');
      socket.on('message', (message) => onHeartbeat(JSON.parse(message.toString()) as Heartbeat));
      // A link that is down shows as an error of a send; the silence that follows is what membership acts on.
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => socket.bind(PORT, self, resolve));
      this.#links.push({ socket, peers: Object.values(peers) });
    }
  }

  send(heartbeat: Heartbeat): void {
    const message = Buffer.from(JSON.stringify(heartbeat));
    for (const { socket, peers } of this.#links) {
      for (const peer of peers) socket.send(message, PORT, peer, () => undefined);
    }
  }
}
