import { drill } from '../harness/drill.ts';

drill(
  'The steps of §6.9, with what they lack put in, take the service out of the cluster',
  {
    name: 'removal',
    models: ['asymmetric'],
    claims: ['6.9/removal/corrected', '6.9/superuser'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, logicalHost, storageResource, serverResource, mountPoint, primary } = service;
    const resources = [serverResource, storageResource, logicalHost];
    const conf = `${mountPoint}/config/ics.conf`;
    await cluster.steadyState(service);
    const anybody = 'setpriv --reuid=icsuser --regid=icsgroup --clear-groups';
    await cluster.command(primary, `${anybody} scswitch -F -g ${group}`);
    await cluster.command(primary, `${anybody} scrgadm -r -g ${group}`);
    // The guide leaves the settings for high availability where they are; read once, they can go while the server runs.
    await cluster.command(primary, `sed -i '/^local\\.server\\.ha\\./d' ${conf}`);
    await cluster.look(primary, conf);
    await cluster.command(primary, `scswitch -F -g ${group}`);
    for (const resource of resources) await cluster.command(primary, `scswitch -n -j ${resource}`);
    // Missing in the guide: disabled is not removed.
    for (const resource of resources) await cluster.command(primary, `scrgadm -r -j ${resource}`);
    await cluster.command(primary, `scrgadm -r -g ${group}`);
    await cluster.command(primary, 'scrgadm -r -t SUNW.scics');
    // Registered was SUNW.HAStoragePlus, not SUNW.HAStorage.
    await cluster.command(primary, 'scrgadm -r -t SUNW.HAStoragePlus');
    await cluster.readBack();
  },
);
