import { drill } from '../harness/drill.ts';

drill(
  'File systems fail over or are global as vfstab says, whatever their type; a failover one is refused to a group that may be online twice',
  {
    name: 'file-systems',
    models: ['file-systems'],
    claims: [
      '6.2.1/ffs-and-gfs',
      '6.2.1/any-global-device-fs',
      '6.2.1/failover-only',
      '6.2.1/one-node-at-a-time',
    ],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, primary, backup, furtherMountPoints = [] } = service;
    await cluster.steadyState(service);
    await cluster.command(
      primary,
      `scrgadm -a -g TWICE-RG -h ${primary},${backup} -y Maximum_primaries=2 -y Desired_primaries=2`,
    );
    for (const point of furtherMountPoints)
      await cluster.command(
        primary,
        `scrgadm -a -j TWICE-HASP-RS -g TWICE-RG -t SUNW.HAStoragePlus -x FilesystemMountPoints=${point}`,
      );
    await cluster.command(primary, `scswitch -z -g ${group} -h ${backup}`);
    await cluster.servedOn(service, backup);
    await cluster.servedAgain(service);
    await cluster.readBack();
  },
);
