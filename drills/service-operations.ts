import { drill } from '../harness/drill.ts';

drill(
  "An operator starts, moves, restarts, disables and removes the service with the guide's commands",
  {
    name: 'service-operations',
    models: ['asymmetric'],
    claims: ['6.8/start', '6.8/fail-over', '6.8/disable', '6.8/remove', '6.8/restart'],
    checks: ['restart-command', 'outage-interval'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, logicalHost, storageResource, serverResource, serverBase, primary, backup } = service;
    await cluster.steadyState(service);
    // Refused, both: the resource is enabled, and the guide's restart is no form of that command.
    await cluster.command(primary, `scrgadm -r -j ${serverResource}`);
    await cluster.command(primary, `scrgadm -R -j ${serverResource}`);
    await cluster.command(primary, `scswitch -R -h ${primary} -g ${group}`);
    await cluster.servedAgain(service);
    await cluster.command(primary, `scswitch -z -g ${group} -h ${backup}`);
    await cluster.servedAgain(service);
    await cluster.command(backup, `scswitch -n -j ${serverResource}`);
    await cluster.command(backup, `scrgadm -r -j ${serverResource}`);
    await cluster.command(
      backup,
      `scrgadm -a -j ${serverResource} -g ${group} -t SUNW.scics -x ICS_serverroot=${serverBase} -y Resource_dependencies=${storageResource},${logicalHost}`,
    );
    await cluster.command(backup, `scswitch -e -j ${serverResource}`);
    await cluster.servedAgain(service);
    await cluster.readBack();
  },
);
