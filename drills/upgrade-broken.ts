import { drill } from '../harness/drill.ts';

const PATCH = '963003-01';

drill(
  'A broken patch is caught by the probe: the service goes back by itself, and the patch is rolled back',
  {
    name: 'upgrade-broken',
    models: ['asymmetric'],
    claims: ['6.1.1/rolling-upgrade'],
    checks: ['broken-patch-caught', 'outage-interval'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, serverResource, primary, backup } = service;
    const record = '/var/sadm/pkg/SUNWics5/pkginfo';
    await cluster.steadyState(service);
    // For the time of the upgrade: the probe asks every second, and nothing is restarted where it is.
    const watchful = '-y Thorough_probe_interval=1 -y Retry_count=0';
    await cluster.command(primary, `scrgadm -c -j ${serverResource} ${watchful}`);
    await cluster.look(backup, record);
    await cluster.command(backup, `patchadd ${PATCH}`);
    await cluster.look(backup, record);
    await cluster.command(primary, `scswitch -z -g ${group} -h ${backup}`);
    await cluster.servedAgain(service);
    // The operator makes sure of it, takes the patch back, and tries again.
    await cluster.command(primary, `scswitch -z -g ${group} -h ${primary}`);
    await cluster.command(backup, `patchrm ${PATCH}`);
    await cluster.look(backup, record);
    await cluster.command(primary, `scswitch -z -g ${group} -h ${backup}`);
    await cluster.servedAgain(service);
    await cluster.readBack();
  },
);
