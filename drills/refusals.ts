import { drill } from '../harness/drill.ts';

drill(
  'What the guide requires of vfstab, installation root and host name is refused where it is not so',
  {
    name: 'refusals',
    models: ['asymmetric'],
    claims: ['6.6.1/vfstab-identical', '6.6.3/same-install-root', '6.7/fqdn-hostname'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, logicalHost, serverResource, serverBase, mountPoint, primary, backup } = service;
    await cluster.steadyState(service);

    const create = `scrgadm -a -j TRIAL-HASP-RS -g ${group} -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=${mountPoint}`;
    await cluster.command(backup, 'cp -p /etc/vfstab /etc/vfstab.kept');
    for (const edit of [
      "sed -i 's/logging$/logging,noatime/' /etc/vfstab",
      "sed -i 's/\\t/ /g' /etc/vfstab",
    ]) {
      await cluster.command(backup, edit);
      await cluster.command(primary, create);
      await cluster.command(backup, 'cp -p /etc/vfstab.kept /etc/vfstab');
    }
    await cluster.command(primary, create);

    const root = '/opt/elsewhere';
    const server = `scrgadm -a -j TRIAL-SVR-RS -g ${group} -t SUNW.scics -x ICS_serverroot=${root}/SUNWics5/cal`;
    await cluster.command(primary, `commsinstall --root ${root}`);
    await cluster.command(primary, server);
    await cluster.command(backup, `commsinstall --root ${root}`);
    await cluster.command(primary, server);

    const name = (host: string) =>
      `echo 'service.http.calendarhostname="${host}"' >> ${mountPoint}/config/ics.conf`;
    await cluster.command(primary, `scswitch -n -j ${serverResource}`);
    await cluster.command(primary, name(logicalHost));
    const { exit } = await cluster.command(primary, `${serverBase}/sbin/start-cal`);
    if (exit === 0) await cluster.command(primary, `${serverBase}/sbin/stop-cal`);
    await cluster.command(
      primary,
      `sed -i '/calendarhostname="${logicalHost}"/d' ${mountPoint}/config/ics.conf`,
    );
    await cluster.command(primary, `scswitch -e -j ${serverResource}`);
    await cluster.servedAgain(service);
    await cluster.readBack();
  },
);
