import { drill } from '../harness/drill.ts';
import { arrayLoss } from '../harness/faults/array-loss.ts';

drill(
  'Both arrays fail, and the one with the older data returns first: the service waits for the other one',
  { name: 'both-arrays-lost', models: ['symmetric'], claims: [], checks: ['down-until-array-returns'] },
  async (cluster) => {
    const [service] = cluster.services;
    const [newer = '', older = ''] = cluster.arraysOf(service);
    for (const each of cluster.services) await cluster.steadyState(each);
    await cluster.strike(arrayLoss(older));
    for (const each of cluster.services) await cluster.observe(each);
    await cluster.strike(arrayLoss(newer));
    for (const each of cluster.services) await cluster.observe(each);
    for (const { group, primary } of cluster.services) {
      await cluster.command(primary, `scswitch -Q -g ${group}`);
      await cluster.command(primary, `scswitch -F -g ${group}`);
    }
    const start = ({ group, primary }: (typeof cluster.services)[number]) =>
      cluster.command(primary, `scswitch -z -g ${group} -h ${primary}`);
    await cluster.undo(arrayLoss(older));
    for (const each of cluster.services) await start(each);
    await cluster.undo(arrayLoss(newer));
    for (const each of cluster.services) {
      await start(each);
      await cluster.servedAgain(each);
    }
    await cluster.readBack();
  },
);
