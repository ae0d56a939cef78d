import { drill } from '../harness/drill.ts';
import { clientNetworkLoss } from '../harness/faults/network-losses.ts';

drill(
  'When the clients lose their own network, they are cut off and the cluster does nothing',
  {
    name: 'client-network-loss',
    models: ['asymmetric'],
    claims: ['6.2.1/one-node-at-a-time'],
    checks: ['stays-put', 'outage-interval'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const loss = clientNetworkLoss(service.group);
    await cluster.steadyState(service);
    await cluster.strike(loss);
    await cluster.observe(service);
    await cluster.undo(loss);
    await cluster.servedAgain(service);
    await cluster.readBack();
  },
);
