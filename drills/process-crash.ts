import { drill } from '../harness/drill.ts';
import { processKill } from '../harness/faults/process-kill.ts';

drill(
  'A process of the server that dies is started again; one that dies twice takes its instance along, which the cluster restarts or moves',
  {
    name: 'process-crash',
    models: ['asymmetric'],
    claims: ['6.1.1/backup-takes-over', '6.2.1/one-node-at-a-time'],
    checks: ['process-deaths'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { primary, serverResource } = service;
    await cluster.steadyState(service);
    cluster.step('Probes seldom enough not to come between');
    const probes = `scrgadm -c -j ${serverResource} -y Thorough_probe_interval=120`;
    const anew = [`scswitch -n -M -j ${serverResource}`, `scswitch -e -M -j ${serverResource}`];
    await cluster.command(primary, [probes, ...anew].join(' && '));
    cluster.step('Processes that clients do without for a moment');
    for (const daemon of ['enpd', 'csnotifyd', 'csadmind'] as const)
      await cluster.strike(processKill(primary, daemon));
    await cluster.observe(service);
    cluster.step('Processes that serve clients');
    for (const daemon of ['cshttpd', 'csstored'] as const) {
      await cluster.strike(processKill(primary, daemon));
      await cluster.servedAgain(service);
    }
    cluster.step('The same one again: the instance ends, and the cluster restarts it');
    await cluster.strike(processKill(primary, 'csstored'));
    await cluster.servedAgain(service);
    cluster.step('With no restart left the cluster moves it');
    await cluster.command(primary, `scrgadm -c -j ${serverResource} -y Retry_count=0`);
    for (const _ of ['first', 'second']) {
      await cluster.strike(processKill(primary, 'cshttpd'));
      await cluster.servedAgain(service);
    }
    await cluster.readBack();
  },
);
