import { drill } from '../harness/drill.ts';
import { busyFileSystem, portTaken, startHangs } from '../harness/faults/method-faults.ts';

drill(
  'What cannot start here starts there, what hangs is ended, and what cannot stop takes its node down',
  {
    name: 'method-failures',
    models: ['asymmetric'],
    claims: ['6.1.1/backup-takes-over', '6.2.1/one-node-at-a-time'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, primary, backup, serverResource, storageResource, serverBase, mountPoint } = service;
    await cluster.steadyState(service);

    // START fails: the server dies, and another program has its port.
    const taken = portTaken(primary);
    await cluster.strike(taken);
    await cluster.servedAgain(service);
    await cluster.servedOn(service, backup);
    await cluster.undo(taken);

    // START hangs: it is killed when its time is over, and the service goes back.
    await cluster.command(backup, `scrgadm -c -j ${serverResource} -y Start_timeout=5`);
    const hangs = startHangs(primary, serverBase);
    await cluster.strike(hangs);
    await cluster.command(backup, `scswitch -z -g ${group} -h ${primary}`);
    await cluster.servedAgain(service);
    await cluster.servedOn(service, backup);
    await cluster.undo(hangs);

    // STOP fails: with Failover_mode HARD the node goes down, and the service can start elsewhere.
    await cluster.command(backup, `scrgadm -c -j ${storageResource} -y Failover_mode=HARD`);
    await cluster.strike(busyFileSystem(backup, mountPoint));
    await cluster.command(primary, `scswitch -z -g ${group} -h ${primary}`);
    await cluster.oneGoesDown([backup]);
    await cluster.servedAgain(service);
    await cluster.servedOn(service, primary);
    await cluster.readBack();
  },
);
