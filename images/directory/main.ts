/**
 * The directory of the organization whose calendars are drilled: a real LDAP server on the public network, prepared by
 * comm_dssetup.pl. It is no part of the cluster, and goes on when all nodes are down.
 */
import '../common/only-compile.ts';
import { join } from 'node:path';
import { serveOrders, tell } from '../common/tell.ts';
import { readConfig } from './config.ts';
import { DirectoryServer } from './server.ts';

/** Root and instance as the product's documentation names them. */
const INSTANCE = '/var/opt/mps/serverroot/slapd-directory';
const tool = join(import.meta.dirname, 'dssetup/sbin/comm_dssetup.pl');

process.on('uncaughtException', (error) => {
  console.error(error.message);
  process.exit(1);
});
const config = readConfig();
const server = new DirectoryServer(INSTANCE, config);
const end = () => server.end().then(() => process.exit(0));
process.once('SIGTERM', end);
await server.create();
await server.start();
if (config.prepared) await server.prepare(tool);
tell({ kind: 'log', text: `directory ${config.suffix} is up on ${config.address}` });
await serveOrders(
  {
    /** Answered as soon as orders are served, which is when it is up. */
    ready: () => true,
    start: () => server.start(),
  },
  end,
);
