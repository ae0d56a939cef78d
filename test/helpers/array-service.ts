/** An array's service over real HTTP on loopback, above disks that are only noted down; a server for each node. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Reservations } from '../../images/array/reservations.ts';
import { type Ports, serviceOf } from '../../images/array/service.ts';
import type { AnyEvent } from '../../images/common/protocol.ts';
import { Arrays } from '../../images/node/cluster/arrays.ts';
import type { LunPath, NodeConfig } from '../../images/node/config.ts';

export class NotedPorts implements Ports {
  isLost = false;
  /** "node lun" → whether it is cut. */
  readonly ports = new Map<string, boolean>();
  /** Called before an attach or a cut is done. */
  before: () => Promise<void> = async () => undefined;
  #minors = 0;

  has(lun: string): boolean {
    return lun.startsWith('d') || lun.startsWith('q');
  }

  nameOf(lun: string): string {
    return `a1/${lun}`;
  }

  isAttached(node: string, lun: string): boolean {
    return this.ports.has(`${node} ${lun}`);
  }

  async attach(node: string, lun: string): Promise<number> {
    await this.before();
    this.ports.set(`${node} ${lun}`, false);
    return ++this.#minors;
  }

  async detach(node: string, lun: string): Promise<void> {
    this.ports.delete(`${node} ${lun}`);
  }

  async cut(node: string, _because: string, lun?: string): Promise<number> {
    const port = `${node} ${lun}`;
    if (!this.ports.has(port)) return 0;
    this.ports.set(port, true);
    return 1;
  }
}

export class ArrayOnLoopback {
  readonly disks = new NotedPorts();
  readonly keys = new Reservations();
  readonly devices: string[] = [];
  readonly told: AnyEvent[] = [];
  /** Requests are taken and never answered. */
  silent = false;
  readonly #servers: Server[] = [];

  /** The array as `node` sees it. */
  async cable(node: string, luns: LunPath[], config: Partial<NodeConfig> = {}): Promise<Arrays> {
    const serve = serviceOf('a1', { '127.0.0.1': node }, this.disks, this.keys, (event) =>
      this.told.push(event),
    );
    const server = createServer((request, response) => {
      if (!this.silent) serve(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#servers.push(server);
    const { port } = server.address() as AddressInfo;
    const nodeConfig = { name: node, luns, arrays: { a1: '127.0.0.1' }, sabotage: null, ...config };
    return new Arrays(nodeConfig as NodeConfig, {
      servicePort: port,
      makeDevice: async (path, minor) => {
        this.devices.push(`${node} ${path} ${minor}`);
      },
    });
  }

  async end(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}
