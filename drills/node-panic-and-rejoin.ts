import { drill } from '../harness/drill.ts';
import { panic } from '../harness/faults/panic.ts';

drill(
  'A primary that panicked boots and rejoins: the service stays with the backup, or returns if Failback says so',
  {
    name: 'node-panic-and-rejoin',
    models: ['asymmetric'],
    claims: [
      '6.1.1/one-active-node',
      '6.1.1/backup-takes-over',
      '6.1.1/disk-switched',
      '6.2.1/one-node-at-a-time',
    ],
    checks: ['failback-as-set'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, primary, backup } = service;
    await cluster.steadyState(service);
    await cluster.strike(panic(primary));
    await cluster.servedAgain(service);
    await cluster.boot(primary);
    await cluster.observe(service);
    await cluster.command(backup, `scswitch -z -g ${group} -h ${primary}`);
    await cluster.servedAgain(service);
    await cluster.command(backup, `scrgadm -c -g ${group} -y Failback=true`);
    await cluster.strike(panic(primary));
    await cluster.servedAgain(service);
    await cluster.boot(primary);
    await cluster.servedAgain(service);
    await cluster.readBack();
  },
);
