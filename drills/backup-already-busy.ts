import { drill } from '../harness/drill.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'The other primaries lose power while the backup runs the service of the first, and it takes over theirs as well',
  {
    name: 'backup-already-busy',
    models: ['2+1', '3+1'],
    claims: [
      '6.1.3/load-distributed',
      '6.1.3/multiple-failures',
      '6.1.3/one-backup-enough',
      '6.2.1/one-node-at-a-time',
    ],
    ratePerSecond: 60,
  },
  async (cluster) => {
    const [first, second, ...others] = cluster.services;
    if (second === undefined) throw new Error('there is no second service to fail over');
    for (const service of cluster.services) await cluster.steadyState(service);
    await cluster.strike(powerLoss(first.primary));
    await cluster.servedAgain(first);
    await cluster.strike(powerLoss(second.primary), ...others.map(({ primary }) => powerLoss(primary)));
    await Promise.all([second, ...others].map((service) => cluster.servedAgain(service)));
    await cluster.observe(first);
    await cluster.readBack();
  },
);
