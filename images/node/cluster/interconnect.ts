/** Heartbeats over every interconnect: any one of them is enough to be heard. */
import { createSocket, type Socket } from 'node:dgram';
import { monotonicMs } from '../../common/clock.ts';
import type { NodeConfig } from '../config.ts';
import type { Heartbeat } from './core/types.ts';
import { Datagrams, toDatagrams } from './datagrams.ts';

const PORT = 5405;
/** Room for the pieces of long heartbeats of many nodes, while this one is held up. */
const RECEIVE_BUFFER = 2 ** 21;

/** One way to a peer, and whether anything came over it within the heartbeat timeout. */
export interface PathStatus {
  peer: string;
  interconnect: string;
  online: boolean;
}

interface Link {
  socket: Socket;
  /** Peer → its address. */
  peers: Record<string, string>;
  /** Peer → when something of it last came over this link. */
  heardMs: Map<string, number>;
}

export class Interconnect {
  readonly #links: Link[] = [];
  #timeoutMs = 0;

  async open(config: NodeConfig, onHeartbeat: (heartbeat: Heartbeat) => void): Promise<void> {
    const datagrams = new Datagrams();
    this.#timeoutMs = config.heartbeat.timeoutMs;
    for (const { self, peers } of config.interconnects) {
      const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER });
      const heardMs = new Map<string, number>();
      const names = new Map(Object.entries(peers).map(([name, address]) => [address, name]));
      socket.on('message', (message, { address }) => {
        const name = names.get(address);
        if (name === undefined) return;
        const heartbeat = datagrams.take(name, message);
        heardMs.set(name, monotonicMs());
        if (heartbeat !== undefined && heartbeat.from === name) onHeartbeat(heartbeat);
      });
      // A link that is down shows as an error of a send; the silence that follows is what membership acts on.
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => socket.bind(PORT, self, resolve));
      this.#links.push({ socket, peers, heardMs });
    }
  }

  send(heartbeat: Heartbeat): void {
    const datagrams = toDatagrams(heartbeat);
    for (const { socket, peers } of this.#links) {
      for (const peer of Object.values(peers))
        for (const datagram of datagrams) socket.send(datagram, PORT, peer, () => undefined);
    }
  }

  /** For scstat -W; membership goes by heartbeats, on whichever path they come. */
  paths(): PathStatus[] {
    const sinceMs = monotonicMs() - this.#timeoutMs;
    return this.#links.flatMap(({ peers, heardMs }, index) =>
      Object.keys(peers).map((peer) => ({
        peer,
        interconnect: `interconnect${index + 1}`,
        online: (heardMs.get(peer) ?? Number.NEGATIVE_INFINITY) >= sinceMs,
      })),
    );
  }

  close(): void {
    for (const { socket } of this.#links.splice(0)) socket.close();
  }
}
