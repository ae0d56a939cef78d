import { drill } from '../harness/drill.ts';
import { partition } from '../harness/faults/network-losses.ts';
import { oneWay } from '../harness/faults/partitions.ts';

drill(
  'When only one node hears the other, one goes on and the other goes down, and nothing is served twice',
  {
    name: 'one-way-cut',
    models: ['asymmetric'],
    claims: ['6.1.1/backup-takes-over', '6.2.1/one-node-at-a-time'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { primary, backup } = service;
    await cluster.steadyState(service);
    await cluster.strike(partition(oneWay(primary, backup)));
    const loser = await cluster.oneGoesDown([primary, backup]);
    if (loser === primary) await cluster.servedAgain(service);
    else await cluster.observe(service);
    await cluster.readBack();
  },
);
