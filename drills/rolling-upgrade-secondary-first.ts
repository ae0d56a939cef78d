import { drill } from '../harness/drill.ts';

drill(
  'The secondary is upgraded first, then the primary, and users get the new version with the failover between',
  {
    name: 'rolling-upgrade-secondary-first',
    models: ['asymmetric'],
    claims: [
      '6.1.1/rolling-upgrade',
      '6.1.1/upgrade-by-failover',
      '6.1.1/secondary-first',
      '6.1.4/zero-downtime',
    ],
    checks: ['outage-interval'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, primary, backup } = service;
    const record = '/var/sadm/pkg/SUNWics5/pkginfo';
    await cluster.steadyState(service);
    await cluster.look(backup, record);
    await cluster.command(backup, 'patchadd 963001-01');
    await cluster.look(backup, record);
    await cluster.command(primary, `scswitch -z -g ${group} -h ${backup}`);
    await cluster.servedAgain(service);
    await cluster.look(primary, record);
    await cluster.command(primary, 'patchadd 963001-01');
    await cluster.look(primary, record);
    await cluster.observe(service);
    await cluster.readBack();
  },
);
