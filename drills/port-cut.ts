import { drill } from '../harness/drill.ts';
import { portCut } from '../harness/faults/port-cut.ts';

drill(
  "The cable between the owner and its disk is dead: the instance ends, and starts on the node whose cable isn't",
  {
    name: 'port-cut',
    models: ['asymmetric'],
    claims: ['6.1.1/backup-takes-over', '6.1.1/disk-switched', '6.2.1/one-node-at-a-time'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const fault = portCut(service.primary, `${service.deviceGroup}/${service.volume}`);
    await cluster.steadyState(service);
    await cluster.strike(fault);
    await cluster.servedAgain(service);
    await cluster.undo(fault);
    await cluster.readBack();
  },
);
