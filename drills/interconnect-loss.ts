import { drill } from '../harness/drill.ts';
import { interconnectLoss } from '../harness/faults/network-losses.ts';

drill(
  'When one of the two interconnects fails, nobody notices',
  {
    name: 'interconnect-loss',
    models: ['asymmetric'],
    claims: ['6.2.1/one-node-at-a-time'],
    checks: ['stays-put', 'users-notice-nothing'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const loss = interconnectLoss(service.primary);
    await cluster.steadyState(service);
    await cluster.strike(loss);
    await cluster.observe(service);
    await cluster.undo(loss);
    await cluster.observe(service, 500);
    await cluster.readBack();
  },
);
