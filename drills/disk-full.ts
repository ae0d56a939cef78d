import { drill } from '../harness/drill.ts';
import { diskFull } from '../harness/faults/disk-full.ts';

drill(
  'The disk is full: writes are refused with error 14 while reads go on, and all goes on once there is room',
  { name: 'disk-full', models: ['single', 'asymmetric'], claims: [], checks: ['disk-full-honest'] },
  async (cluster) => {
    const [service] = cluster.services;
    const fault = diskFull(service.primary, service.mountPoint);
    await cluster.steadyState(service);
    await cluster.strike(fault);
    await cluster.observe(service);
    await cluster.undo(fault);
    await cluster.observe(service);
    await cluster.readBack();
  },
);
