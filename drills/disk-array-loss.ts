import { drill } from '../harness/drill.ts';
import { arrayLoss } from '../harness/faults/array-loss.ts';

drill(
  'A disk array fails: a service with a mirror goes on where it is, one without is down until the array returns, and the others see nothing of it',
  {
    name: 'disk-array-loss',
    models: ['asymmetric', 'symmetric', '2+1'],
    claims: ['6.1.1/array-is-single-point', '6.1.2/array-loss-survived', '6.1.3/own-array'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const [array = '', mirror] = cluster.arraysOf(service);
    for (const each of cluster.services) await cluster.steadyState(each);
    await cluster.strike(arrayLoss(array));
    for (const each of cluster.services) await cluster.observe(each);
    if (mirror === undefined) {
      // The cluster has tried all nodes in vain, and leaves it to an operator when to try again.
      await cluster.command(service.primary, `scswitch -Q -g ${service.group}`);
      await cluster.command(service.primary, `scswitch -F -g ${service.group}`);
      await cluster.undo(arrayLoss(array));
      await cluster.command(service.primary, `scswitch -z -g ${service.group} -h ${service.primary}`);
      await cluster.servedAgain(service);
    }
    await cluster.readBack();
  },
);
