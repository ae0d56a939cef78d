/**
 * A disk array: real block devices behind a small service on the storage network. A node is known by the address that
 * it calls from, as an initiator is known by its cable, so none can act for another.
 */
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { serveOrders, tell } from '../common/tell.ts';
import { Disks, type LunConfig } from './disks.ts';
import { Ports } from './ports.ts';
import { ReservationConflict, Reservations } from './reservations.ts';

interface ArrayConfig {
  run: string;
  name: string;
  luns: LunConfig[];
  /** Address on the storage network → node. */
  initiators: Record<string, string>;
  stackedPorts: boolean;
}

const config = JSON.parse(process.env['HA_ARRAY'] ?? '{}') as ArrayConfig;
const ports = new Ports(new URL('ports.pl', import.meta.url).pathname);
const disks = new Disks(config.run, config.name, config.luns, ports);
const reservations = new Reservations();

interface Call {
  lun: string;
  victim?: string;
  /** Of the node's paths to the LUN, for attach and detach; its only one, if it says nothing. */
  path?: string;
}

const calls: Record<string, (node: string, call: Call) => Promise<object> | object> = {
  '/register': (node, { lun }) => {
    reservations.register(node, lun);
    tell({ kind: 'key-registered', node });
    return {};
  },
  '/attach': async (node, { lun, path }) => {
    if (!reservations.isRegistered(node, lun)) throw new ReservationConflict(node, lun);
    return { minor: await disks.attach(node, lun, path) };
  },
  '/detach': async (node, { lun, path }) => {
    await disks.detach(node, lun, path);
    return {};
  },
  '/reserve': (node, { lun }) => {
    if (reservations.holder(lun) !== node) {
      reservations.reserve(node, lun);
      tell({ kind: 'reserved', node, lun: disks.nameOf(lun) });
    }
    return {};
  },
  '/preempt': async (node, { lun, victim = '' }) => {
    const masteredBefore = reservations.holder(lun);
    try {
      reservations.preempt(node, victim, lun);
    } catch (error) {
      tell({ kind: 'preempted', node, victim, lun: disks.nameOf(lun), granted: false });
      throw error;
    }
    await disks.cut(victim, 'preempted', lun);
    tell({ kind: 'preempted', node, victim, lun: disks.nameOf(lun), granted: true });
    if (masteredBefore === victim) tell({ kind: 'reserved', node, lun: disks.nameOf(lun) });
    return {};
  },
};

async function bodyOf(request: IncomingMessage): Promise<Call> {
  let text = '';
  for await (const piece of request) text += piece;
  const call = JSON.parse(text) as Call;
  if (!disks.has(call.lun)) throw new Error(`array ${config.name} has no LUN ${call.lun}`);
  return call;
}

const server = createServer(async (request, response) => {
  const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
  try {
    const node = config.initiators[request.socket.remoteAddress ?? ''];
    const call = calls[request.url ?? ''];
    if (node === undefined || call === undefined) {
      answer(404, { error: `no call ${request.url} for ${request.socket.remoteAddress}` });
      return;
    }
    answer(200, await call(node, await bodyOf(request)));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer(error instanceof ReservationConflict ? 409 : 500, { error: message });
  }
});

process.on('uncaughtException', (error) => {
  console.error(error.message);
  process.exit(1);
});
writeFileSync('/backing/ha-drills.scratch', Buffer.alloc(1024 * 1024));
const portKind = await ports.chooseKind('/backing/ha-drills.scratch', config.stackedPorts);
await disks.create();
server.listen(3260, '0.0.0.0', () =>
  tell({ kind: 'log', text: `array ${config.name} is up; ports are ${portKind}` }),
);
await serveOrders(
  {
    cut: (order) => disks.cut(String(order['node']), 'fault'),
    lose: () => disks.lose(),
    restore: () => disks.restore(),
    attach: (order) => disks.attach(String(order['node']), String(order['lun'])),
    trial: async (order) => ({ ports: portKind, ...(await disks.trial(String(order['lun']))) }),
    copy: (order) => disks.copy(String(order['lun'])),
  },
  () => process.exit(0),
);
