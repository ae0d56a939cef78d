import { drill } from '../harness/drill.ts';
import { arrayLoss } from '../harness/faults/array-loss.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'The array with the quorum device fails together with a node: without a majority the other node serves nothing, until the array is back',
  { name: 'quorum-array-and-node-loss', models: ['symmetric'], claims: [], checks: ['outage-interval'] },
  async (cluster) => {
    const [service] = cluster.services;
    const [array = ''] = cluster.arraysOf(service);
    for (const each of cluster.services) await cluster.steadyState(each);
    await cluster.strike(arrayLoss(array));
    await cluster.strike(powerLoss(service.primary));
    for (const each of cluster.services) await cluster.observe(each);
    await cluster.undo(arrayLoss(array));
    // Without a majority it stopped, and the one without power will not come back by itself either.
    await cluster.boot(service.primary, service.backup);
    for (const each of cluster.services) await cluster.servedAgain(each);
    await cluster.readBack();
  },
);
