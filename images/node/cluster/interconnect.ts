/** Heartbeats over every interconnect: any one of them is enough to be heard. */
import { createSocket, type Socket } from 'node:dgram';
import type { NodeConfig } from '../config.ts';
import type { Heartbeat } from './core/types.ts';
import { Datagrams, toDatagrams } from './datagrams.ts';

const PORT = 5405;
/** Room for the pieces of long heartbeats of many nodes, while this one is held up. */
const RECEIVE_BUFFER = 2 ** 21;

export class Interconnect {
  readonly #links: { socket: Socket; peers: string[] }[] = [];

  async open(config: NodeConfig, onHeartbeat: (heartbeat: Heartbeat) => void): Promise<void> {
    const datagrams = new Datagrams();
    for (const { self, peers } of config.interconnects) {
      const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER });
      const names = new Map(Object.entries(peers).map(([name, address]) => [address, name]));
      socket.on('message', (message, { address }) => {
        const name = names.get(address);
        const heartbeat = name === undefined ? undefined : datagrams.take(name, message);
        if (heartbeat !== undefined && heartbeat.from === name) onHeartbeat(heartbeat);
      });
      // A link that is down shows as an error of a send; the silence that follows is what membership acts on.
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => socket.bind(PORT, self, resolve));
      this.#links.push({ socket, peers: Object.values(peers) });
    }
  }

  send(heartbeat: Heartbeat): void {
    const datagrams = toDatagrams(heartbeat);
    for (const { socket, peers } of this.#links) {
      for (const peer of peers)
        for (const datagram of datagrams) socket.send(datagram, PORT, peer, () => undefined);
    }
  }

  close(): void {
    for (const { socket } of this.#links.splice(0)) socket.close();
  }
}
