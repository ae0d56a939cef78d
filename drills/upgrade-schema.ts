import { drill } from '../harness/drill.ts';

const PATCHES = '963001-01 963002-01';

drill(
  "A patch that changes the store's schema works forward: the old version never serves the store again",
  {
    name: 'upgrade-schema',
    models: ['asymmetric'],
    claims: ['6.1.1/rolling-upgrade', '6.1.1/upgrade-by-failover'],
    checks: ['no-way-back', 'outage-interval'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, primary, backup } = service;
    const record = '/var/sadm/pkg/SUNWics5/pkginfo';
    await cluster.steadyState(service);
    await cluster.look(backup, record);
    await cluster.command(backup, `patchadd ${PATCHES}`);
    await cluster.look(backup, record);
    await cluster.command(primary, `scswitch -z -g ${group} -h ${backup}`);
    await cluster.servedAgain(service);
    // The primary still has the old version: it cannot open the store, and the cluster gives the service back.
    await cluster.command(primary, `scswitch -z -g ${group} -h ${primary}`);
    await cluster.servedAgain(service);
    await cluster.look(primary, record);
    await cluster.command(primary, `patchadd ${PATCHES}`);
    await cluster.look(primary, record);
    await cluster.command(primary, `scswitch -z -g ${group} -h ${primary}`);
    await cluster.servedAgain(service);
    await cluster.observe(service);
    await cluster.readBack();
  },
);
