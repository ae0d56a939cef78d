import { drill } from '../harness/drill.ts';

drill(
  'An operator switches each service to its other node and back, and no acknowledged write is lost',
  {
    name: 'planned-switchover',
    models: ['asymmetric', 'symmetric', '2+1'],
    claims: [
      '6.1.1/one-active-node',
      '6.1.1/disk-switched',
      '6.1.1/stop-then-start',
      '6.1.1/backup-idle',
      '6.1.2/both-active',
      '6.1.2/mutual-backup',
      '6.1.3/shared-backup',
      '6.1.3/backup-for-any',
      '6.2.1/one-node-at-a-time',
    ],
    checks: ['backup-serves', 'stop-then-start'],
    ratePerSecond: 60,
  },
  async (cluster) => {
    for (const service of cluster.services) await cluster.steadyState(service);
    for (const service of cluster.services) {
      const { group, primary, backup } = service;
      for (const node of [backup, primary]) {
        await cluster.command(primary, `scswitch -z -g ${group} -h ${node}`);
        await cluster.servedAgain(service);
      }
    }
    await cluster.readBack();
  },
);
