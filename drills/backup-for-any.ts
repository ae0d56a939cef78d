import { drill } from '../harness/drill.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'Each primary in turn loses power, has its service run by its backup, rejoins, and gets it back',
  {
    name: 'backup-for-any',
    models: ['symmetric', '2+1', '3+1'],
    claims: [
      '6.1.2/mutual-backup',
      '6.1.3/shared-backup',
      '6.1.3/backup-for-any',
      '6.1.3/one-backup-enough',
      '6.2.1/one-node-at-a-time',
    ],
    ratePerSecond: 60,
  },
  async (cluster) => {
    for (const service of cluster.services) await cluster.steadyState(service);
    for (const service of cluster.services) {
      const { group, primary, backup } = service;
      await cluster.strike(powerLoss(primary));
      await cluster.servedAgain(service);
      await cluster.boot(primary);
      await cluster.command(backup, `scswitch -z -g ${group} -h ${primary}`);
      await cluster.servedAgain(service);
    }
    await cluster.readBack();
  },
);
