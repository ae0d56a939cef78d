import { drill } from '../harness/drill.ts';
import { hang } from '../harness/faults/hang.ts';

drill(
  'The backup takes over when the primary hangs; woken up, that goes down by itself and answers nobody',
  {
    name: 'node-hang',
    models: ['asymmetric'],
    claims: [
      '6.1.1/one-active-node',
      '6.1.1/backup-takes-over',
      '6.1.1/disk-switched',
      '6.2.1/one-node-at-a-time',
    ],
    checks: ['goes-down-when-fenced'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const hung = hang(service.primary);
    await cluster.steadyState(service);
    await cluster.strike(hung);
    await cluster.servedAgain(service);
    await cluster.undo(hung);
    await cluster.goesDown(service.primary);
    await cluster.observe(service);
    await cluster.readBack();
  },
);
