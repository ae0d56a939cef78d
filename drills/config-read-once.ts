import { drill } from '../harness/drill.ts';

drill(
  'An edit of ics.conf changes nothing until the service starts again, by a restart or on the other node',
  {
    name: 'config-read-once',
    models: ['asymmetric'],
    claims: ['6.1.1/config-read-once', '6.1.1/config-isolated'],
    checks: ['outage-interval'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, logicalHost, mountPoint, primary, backup } = service;
    // Every reply names this setting. Of two lines with one name the last one counts.
    const rename = (name: string) =>
      `echo 'local.servername="${logicalHost}-${name}"' >> ${mountPoint}/config/ics.conf`;
    await cluster.steadyState(service);
    await cluster.command(primary, rename('restarted'));
    await cluster.observe(service);
    await cluster.command(primary, `scswitch -R -h ${primary} -g ${group}`);
    await cluster.servedAgain(service);
    // The file is one for both nodes: what is edited beside the running instance reaches users at the failover.
    await cluster.command(primary, rename('failed-over'));
    await cluster.observe(service);
    await cluster.command(primary, `scswitch -z -g ${group} -h ${backup}`);
    await cluster.servedAgain(service);
    await cluster.readBack();
  },
);
