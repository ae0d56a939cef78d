import type { Cluster } from '../harness/cluster.ts';
import { drill } from '../harness/drill.ts';

const PATCH = '963001-01';

drill(
  'One node is upgraded while the other serves, the primary first; binaries on the shared disk are in the way of it',
  {
    name: 'rolling-upgrade',
    models: ['asymmetric', 'symmetric'],
    claims: [
      '6.1.1/rolling-upgrade',
      '6.1.1/upgrade-by-failover',
      '6.1.2/no-rolling-upgrade',
      '6.1.4/zero-downtime',
    ],
    checks: ['outage-interval'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    for (const each of cluster.services) await cluster.steadyState(each);
    await (service.furtherMountPoints === undefined ? onOwnDisks(cluster) : onSharedDisk(cluster));
    for (const each of cluster.services) await cluster.observe(each);
    await cluster.readBack();
  },
);

/** Each node has its own copy of the server. */
async function onOwnDisks(cluster: Cluster): Promise<void> {
  const [service] = cluster.services;
  const { primary, backup } = service;
  await switchTo(cluster, backup);
  await patch(cluster, primary);
  await switchTo(cluster, primary);
  await patch(cluster, backup);
}

/** There is one copy, and it is where the service is. */
async function onSharedDisk(cluster: Cluster): Promise<void> {
  const [service] = cluster.services;
  const { primary, backup, serverResource, serverBase } = service;
  const patchadd = `patchadd -R ${serverBase.replace('/SUNWics5/cal', '')} ${PATCH}`;
  await switchTo(cluster, backup);
  await cluster.command(primary, patchadd);
  const { exit } = await cluster.command(backup, patchadd);
  if (exit !== 0) {
    await cluster.command(backup, `scswitch -n -j ${serverResource}`);
    await cluster.command(backup, patchadd);
    await cluster.command(backup, `scswitch -e -j ${serverResource}`);
    await cluster.servedAgain(service);
  }
  await switchTo(cluster, primary);
}

async function switchTo(cluster: Cluster, node: string): Promise<void> {
  const [service] = cluster.services;
  await cluster.command(node, `scswitch -z -g ${service.group} -h ${node}`);
  await cluster.servedAgain(service);
}

async function patch(cluster: Cluster, node: string): Promise<void> {
  const record = '/var/sadm/pkg/SUNWics5/pkginfo';
  await cluster.look(node, record);
  await cluster.command(node, `patchadd ${PATCH}`);
  await cluster.look(node, record);
}
