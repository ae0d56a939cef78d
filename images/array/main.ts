/**
 * A disk array: real block devices behind a small service on the storage network. A node is known by the address that
 * it calls from, as an initiator is known by its cable, so none can act for another.
 */
import '../common/only-compile.ts';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { serveOrders, tell } from '../common/tell.ts';
import { Disks, type LunConfig } from './disks.ts';
import { Ports } from './ports.ts';
import { Reservations } from './reservations.ts';
import { serviceOf } from './service.ts';

interface ArrayConfig {
  run: string;
  name: string;
  luns: LunConfig[];
  /** Address on the storage network → node. */
  initiators: Record<string, string>;
  stackedPorts: boolean;
  /** How long every access to a disk takes, in ms; not there for an array that is as fast as can be, and stays so. */
  latencyMs?: number;
}

const config = JSON.parse(process.env['HA_ARRAY'] ?? '{}') as ArrayConfig;
const ports = new Ports();
const disks = new Disks(config.run, config.name, config.luns, ports, config.latencyMs ?? null);

const reservations = new Reservations();
const answer = serviceOf(config.name, config.initiators, disks, reservations);
const server = createServer(answer);
// Nodes keep their connections; this end lets go of one only long after its node did.
server.keepAliveTimeout = 60_000;

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
    cut: ({ node, lun }) => disks.cut(String(node), 'fault', lun === undefined ? undefined : String(lun)),
    ports: ({ node, lun }) => disks.minorsOf(String(node), String(lun)),
    unplug: ({ node, lun }) => disks.unplug(String(node), String(lun)),
    latency: ({ ms }) => disks.setLatency(ms === null ? null : Number(ms)),
    'measured-at': ({ lun }) => disks.measuredAt(String(lun)),
    lose: () => disks.lose(),
    restore: () => disks.restore(),
    attach: (order) => disks.attach(String(order['node']), String(order['lun'])),
    trial: async (order) => ({ ports: portKind, ...(await disks.trial(String(order['lun']))) }),
    keys: (order) => reservations.keysOf(String(order['lun'])),
    copy: (order) => disks.copy(String(order['lun'])),
  },
  () => process.exit(0),
);
