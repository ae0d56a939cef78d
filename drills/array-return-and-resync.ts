import { drill } from '../harness/drill.ts';
import { arrayLoss } from '../harness/faults/array-loss.ts';

drill(
  'An array returns and is brought up to the other one, which can then be lost in its turn',
  {
    name: 'array-return-and-resync',
    models: ['symmetric'],
    claims: ['6.1.2/mirrored-arrays', '6.1.2/array-loss-survived'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    for (const each of cluster.services) await cluster.steadyState(each);
    for (const array of cluster.arraysOf(service).toReversed()) {
      await cluster.strike(arrayLoss(array));
      for (const each of cluster.services) await cluster.observe(each);
      await cluster.undo(arrayLoss(array));
      for (const each of cluster.services) await cluster.mirrorWhole(each);
    }
    for (const each of cluster.services) await cluster.observe(each);
    await cluster.readBack({ compareMirrors: true });
  },
);
