import { drill } from '../harness/drill.ts';
import { arrayLoss } from '../harness/faults/array-loss.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'A disk array fails together with its node: the backup starts from the surviving half of the mirror',
  {
    name: 'disk-array-and-node-loss',
    models: ['symmetric'],
    claims: ['6.1.2/array-loss-survived'],
  },
  async (cluster) => {
    // The one whose array has no quorum device: with that, the node that is left would have no majority.
    const service = cluster.services.at(-1) ?? cluster.services[0];
    const [array = ''] = cluster.arraysOf(service);
    for (const each of cluster.services) await cluster.steadyState(each);
    await cluster.strike(arrayLoss(array));
    await cluster.strike(powerLoss(service.primary));
    for (const each of cluster.services) {
      if (each === service) await cluster.servedAgain(each);
      else await cluster.observe(each);
    }
    await cluster.readBack();
  },
);
