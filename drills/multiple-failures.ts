import { drill } from '../harness/drill.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'All primaries lose power at once, and the one backup runs all of their services',
  {
    name: 'multiple-failures',
    models: ['2+1', '3+1'],
    claims: [
      '6.1.3/shared-backup',
      '6.1.3/multiple-failures',
      '6.1.3/one-backup-enough',
      '6.2.1/one-node-at-a-time',
    ],
    ratePerSecond: 60,
  },
  async (cluster) => {
    const [first, ...others] = cluster.services;
    for (const service of cluster.services) await cluster.steadyState(service);
    await cluster.strike(powerLoss(first.primary), ...others.map(({ primary }) => powerLoss(primary)));
    await Promise.all(cluster.services.map((service) => cluster.servedAgain(service)));
    await cluster.readBack();
  },
);
