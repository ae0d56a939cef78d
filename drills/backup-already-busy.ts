import { drill } from '../harness/drill.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'A second primary loses power while the backup runs the service of the first, and it takes over that one as well',
  {
    name: 'backup-already-busy',
    models: ['2+1'],
    claims: [
      '6.1.3/load-distributed',
      '6.1.3/multiple-failures',
      '6.1.3/one-backup-enough',
      '6.2.1/one-node-at-a-time',
    ],
    ratePerSecond: 60,
  },
  async (cluster) => {
    for (const service of cluster.services) await cluster.steadyState(service);
    for (const service of cluster.services) {
      await cluster.strike(powerLoss(service.primary));
      await cluster.servedAgain(service);
    }
    for (const service of cluster.services) await cluster.observe(service);
    await cluster.readBack();
  },
);
