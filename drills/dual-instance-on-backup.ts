import { drill } from '../harness/drill.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'After a failover both instances run on one node, whichever node fails, and share nothing but its computing power',
  {
    name: 'dual-instance-on-backup',
    models: ['symmetric'],
    claims: [
      '6.1.2/both-active',
      '6.1.2/mutual-backup',
      '6.1.2/dual-instance',
      '6.1.2/only-cpu-shared',
      '6.1.2/contention',
      '6.1.4/symmetric-better-use',
    ],
    // Enough for one instance, too little for two.
    spareCpu: 0.15,
    ratePerSecond: 110,
    alone: true,
  },
  async (cluster) => {
    const [first, second] = cluster.services;
    if (second === undefined) throw new Error('this drill is about two services');
    for (const each of cluster.services) await cluster.steadyState(each);
    await cluster.measure();

    await cluster.strike(powerLoss(first.primary));
    await cluster.servedAgain(first);
    await cluster.measure();

    await cluster.boot(first.primary);
    await cluster.command(first.backup, `scswitch -z -g ${first.group} -h ${first.primary}`);
    await cluster.servedOn(first, first.primary);
    await cluster.servedAgain(first);

    await cluster.strike(powerLoss(second.primary));
    await cluster.servedAgain(second);
    await cluster.measure();
    await cluster.readBack();
  },
);
