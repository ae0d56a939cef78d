import { drill } from '../harness/drill.ts';

drill(
  'The steps of §6.9, taken literally, leave the service in the cluster',
  {
    name: 'removal-as-written',
    models: ['asymmetric'],
    claims: ['6.9/removal/as-written'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, logicalHost, storageResource, serverResource, mountPoint, primary } = service;
    await cluster.steadyState(service);
    await cluster.look(primary, `${mountPoint}/config/ics.conf`);
    await cluster.command(primary, `scswitch -F -g ${group}`);
    for (const resource of [serverResource, storageResource, logicalHost])
      await cluster.command(primary, `scswitch -n -j ${resource}`);
    await cluster.command(primary, `scrgadm -r -g ${group}`);
    await cluster.command(primary, 'scrgadm -r -t SUNW.scics');
    await cluster.command(primary, 'scrgadm -r -t SUNW.HAStorage');
    await cluster.readBack();
  },
);
