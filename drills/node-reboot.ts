import { drill } from '../harness/drill.ts';
import { reboot } from '../harness/faults/reboot.ts';

drill(
  'A primary that is rebooted hands its service over in order, and comes back to an undisturbed cluster',
  {
    name: 'node-reboot',
    models: ['asymmetric'],
    claims: [
      '6.1.1/one-active-node',
      '6.1.1/backup-takes-over',
      '6.1.1/disk-switched',
      '6.1.1/stop-then-start',
      '6.2.1/one-node-at-a-time',
    ],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const rebooted = reboot(service.primary);
    await cluster.steadyState(service);
    await cluster.strike(rebooted);
    await cluster.servedAgain(service);
    await cluster.undo(rebooted);
    await cluster.observe(service);
    await cluster.readBack();
  },
);
