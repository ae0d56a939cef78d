/** Wires a node of the peer: Corosync's configuration, and a port to each LUN, as the array gives them to any node. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { until } from '../../../../images/common/clock.ts';
import type { NodeConfig } from '../../../../images/node/config.ts';

const ARRAY_DEADLINE_MS = 30_000;
/** Of every key: a node of the peer that was fenced stays out for the rest of a repetition. fence_array names it too. */
const GENERATION = 1;

const config = JSON.parse(process.env['HA_NODE'] ?? '{}') as NodeConfig;
writeFileSync('/etc/corosync/corosync.conf', corosyncConf(config));
for (const { array, lun } of config.luns) {
  const url = `http://${config.arrays[array]}:3260`;
  await call(`${url}/register`, { lun, generation: GENERATION });
  const { minor } = await call(`${url}/attach`, { lun });
  execFileSync('mknod', ['-m', '600', `/dev/${lun}`, 'b', '7', String(minor)]);
}

/** One ring: udpu knows no second one. All that is not said here has its default. */
function corosyncConf({ name, nodes, interconnects, heartbeat }: NodeConfig): string {
  const wire = interconnects[0];
  const addressOf = (node: string) => (node === name ? wire?.self : wire?.peers[node]);
  const members = nodes.map(
    (node, index) =>
      `  node {\n    ring0_addr: ${addressOf(node)}\n    nodeid: ${index + 1}\n    name: ${node}\n  }`,
  );
  return [
    `totem {\n  version: 2\n  cluster_name: bench\n  transport: udpu\n  token: ${heartbeat.timeoutMs}\n}`,
    `nodelist {\n${members.join('\n')}\n}`,
    'quorum {\n  provider: corosync_votequorum\n  two_node: 1\n}',
    'logging {\n  to_stderr: yes\n  to_syslog: no\n}\n',
  ].join('\n');
}

async function call(url: string, body: object): Promise<Record<string, unknown>> {
  let trouble = '';
  const ask = async () => {
    try {
      return await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    } catch (error) {
      // The array may still be starting.
      trouble = String(error instanceof Error ? (error.cause ?? error) : error);
      return undefined;
    }
  };
  const response = await until(`an answer of ${url}`, ARRAY_DEADLINE_MS, ask, { missing: () => trouble });
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
