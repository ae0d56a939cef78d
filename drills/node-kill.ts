import { drill } from '../harness/drill.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'The backup takes over when the primary loses power, and no acknowledged write is lost',
  {
    name: 'node-kill',
    models: ['asymmetric', 'symmetric', '2+1'],
    claims: [
      '6.1.1/one-active-node',
      '6.1.1/backup-takes-over',
      '6.1.1/disk-switched',
      '6.1.1/stop-then-start',
      '6.1.1/backup-idle',
      '6.1.2/both-active',
      '6.1.2/mutual-backup',
      '6.1.3/shared-backup',
      '6.1.3/backup-for-any',
      '6.1.3/load-distributed',
      '6.1.3/idle-ratio',
      '6.2.1/one-node-at-a-time',
      '6.5/listens-on-logical-address',
    ],
  },
  async (cluster) => {
    const [service, ...others] = cluster.services;
    for (const each of cluster.services) await cluster.steadyState(each);
    await cluster.strike(powerLoss(service.primary));
    await cluster.servedAgain(service);
    for (const each of others) await cluster.observe(each);
    await cluster.readBack();
  },
);
