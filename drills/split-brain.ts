import { drill } from '../harness/drill.ts';
import { partition } from '../harness/faults/network-losses.ts';
import { halves } from '../harness/faults/partitions.ts';

drill(
  'When both interconnects fail, one side goes on and the other goes down, and nothing is served twice',
  {
    name: 'split-brain',
    models: ['asymmetric', 'symmetric'],
    claims: ['6.1.1/backup-takes-over', '6.2.1/one-node-at-a-time'],
  },
  async (cluster) => {
    const { nodes } = cluster.topology;
    const split = partition(halves(nodes.slice(0, 1), nodes.slice(1)));
    for (const service of cluster.services) await cluster.steadyState(service);
    await cluster.strike(split);
    // Which side wins the quorum device is a race.
    const loser = await cluster.oneGoesDown(nodes);
    for (const service of cluster.services) {
      if (service.primary === loser) await cluster.servedAgain(service);
      else await cluster.observe(service);
    }
    await cluster.undo(split);
    await cluster.boot(loser);
    await cluster.readBack();
  },
);
