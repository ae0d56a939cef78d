import { drill } from '../harness/drill.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'A node that is left without a majority serves nothing, though its disk is there, until the others are back',
  {
    name: 'quorum',
    models: ['2+1'],
    claims: ['6.2.1/one-node-at-a-time'],
  },
  async (cluster) => {
    const { services, topology } = cluster;
    const [service] = services;
    for (const each of services) await cluster.steadyState(each);
    const [other = '', ...more] = topology.nodes.filter((node) => node !== service.primary);
    await cluster.strike(powerLoss(other), ...more.map(powerLoss));
    await cluster.oneGoesDown([service.primary]);
    for (const each of services) await cluster.observe(each, 500);
    await cluster.boot(service.primary, other, ...more);
    for (const each of services) await cluster.servedAgain(each);
    await cluster.readBack();
  },
);
