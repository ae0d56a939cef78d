import { drill } from '../harness/drill.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'The backup takes over when the primary loses power, and no acknowledged write is lost',
  {
    name: 'node-kill',
    models: ['asymmetric'],
    claims: [
      '6.1.1/one-active-node',
      '6.1.1/backup-takes-over',
      '6.1.1/disk-switched',
      '6.1.1/backup-idle',
      '6.2.1/one-node-at-a-time',
    ],
  },
  async (cluster) => {
    for (const service of cluster.topology.services) {
      await cluster.steadyState(service);
      await cluster.strike(powerLoss(service.primary));
      await cluster.servedAgain(service);
    }
    await cluster.readBack();
  },
);
