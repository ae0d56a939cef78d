import { drill } from '../harness/drill.ts';

drill(
  'The backup of one service serves it as fast as the primary did; the backup of several serves each more slowly',
  {
    name: 'backup-performance',
    models: ['asymmetric', '2+1'],
    claims: [
      '6.1.1/no-contention',
      '6.1.3/excess-capacity',
      '6.1.3/same-procedure',
      '6.1.4/symmetric-better-use',
    ],
    spareCpu: 0.3,
    ratePerSecond: 110,
    alone: true,
  },
  async (cluster) => {
    for (const service of cluster.services) await cluster.steadyState(service);
    await cluster.measure();
    for (const service of cluster.services) {
      await cluster.command(service.primary, `scswitch -z -g ${service.group} -h ${service.backup}`);
      await cluster.servedOn(service, service.backup);
      await cluster.servedAgain(service);
      await cluster.measure();
    }
    await cluster.readBack();
  },
);
