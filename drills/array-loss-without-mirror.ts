import { drill } from '../harness/drill.ts';
import { arrayLoss } from '../harness/faults/array-loss.ts';

drill(
  'Where a service has no mirror, the loss of its array is the loss of the service until the array returns',
  {
    name: 'array-loss-without-mirror',
    models: ['single', 'symmetric-as-written'],
    claims: ['6.1.4/needs-redundant-disks'],
  },
  async (cluster) => {
    const service = cluster.services.at(-1) ?? cluster.services[0];
    const [array = ''] = cluster.arraysOf(service);
    for (const each of cluster.services) await cluster.steadyState(each);
    await cluster.strike(arrayLoss(array));
    for (const each of cluster.services) await cluster.observe(each);
    await cluster.command(service.primary, `scswitch -Q -g ${service.group}`);
    await cluster.command(service.primary, `scswitch -F -g ${service.group}`);
    await cluster.undo(arrayLoss(array));
    await cluster.command(service.primary, `scswitch -z -g ${service.group} -h ${service.primary}`);
    await cluster.servedAgain(service);
    await cluster.readBack();
  },
);
