import { drill } from '../harness/drill.ts';
import { commandsFor, servicesToCome } from '../harness/procedures/expanding.ts';

drill(
  'A further node with its array joins an N+1 cluster that serves, and users of the others notice nothing',
  {
    name: 'easy-expansion',
    models: ['2+1+1'],
    claims: ['6.1.4/easy-expansion'],
  },
  async (cluster) => {
    for (const each of cluster.services) await cluster.steadyState(each);
    for (const service of servicesToCome(cluster.topology)) {
      await cluster.boot(service.primary);
      for (const line of commandsFor(cluster.topology, service)) await cluster.command(service.primary, line);
      await cluster.servedOn(service, service.primary);
    }
    for (const each of cluster.services) await cluster.observe(each);
    await cluster.readBack();
  },
);
