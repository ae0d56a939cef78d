import { drill } from '../harness/drill.ts';
import { publicNetworkLoss } from '../harness/faults/network-losses.ts';

drill(
  'When the node with the service loses the public network, the service moves to one that has it',
  {
    name: 'public-network-loss',
    models: ['asymmetric'],
    claims: ['6.1.1/backup-takes-over', '6.1.1/disk-switched', '6.2.1/one-node-at-a-time'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { primary, backup, logicalHost } = service;
    await cluster.steadyState(service);
    // Every minute would be long to wait for; a monitor takes its interval when it starts.
    const often = `scrgadm -c -j ${logicalHost} -y Thorough_probe_interval=1`;
    const again = `scswitch -n -M -j ${logicalHost} && scswitch -e -M -j ${logicalHost}`;
    await cluster.command(primary, `${often} && ${again}`);
    const loss = publicNetworkLoss(primary);
    await cluster.strike(loss);
    await cluster.servedAgain(service);
    await cluster.servedOn(service, backup);
    await cluster.undo(loss);
    await cluster.readBack();
  },
);
