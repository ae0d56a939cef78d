import { drill } from '../harness/drill.ts';
import {
  addForHighAvailability,
  configureFromState,
  configureInPanels,
  sharedFolders,
} from '../harness/procedures/configuring.ts';

drill(
  'The service is configured anew: on the primary by typed answers, on the secondary by the state file',
  {
    name: 'configurator',
    models: ['asymmetric'],
    claims: [
      '6.6.3/installed-layout',
      '6.6.3/all-directories-shared',
      '6.6.3/install-log',
      '6.6.3/all-tasks-passed',
      '6.6.3/state-file',
      '6.6.3/test-failover',
      '6.11/configurator-output',
    ],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, serverResource, serverBase, mountPoint, primary, backup } = service;
    const conf = `${mountPoint}/config/ics.conf`;
    const configured = async (node: string, line: string) => {
      const { output } = await cluster.command(node, line);
      const [, log] = /Please check install log\s+(\S+)/.exec(output) ?? [];
      if (log !== undefined) await cluster.look(node, log);
      await cluster.look(node, conf);
    };
    await cluster.steadyState(service);
    for (const node of [primary, backup]) await cluster.look(node, serverBase);
    await cluster.command(primary, `scswitch -n -j ${serverResource}`);
    await configured(primary, configureInPanels(service));
    await cluster.look(primary, `${serverBase}/config/ics.conf`);
    for (const folder of sharedFolders(service)) await cluster.look(primary, folder);
    await cluster.command(primary, `scswitch -z -g ${group} -h ${backup}`);
    // As after an installation, which leaves no link to a configuration.
    await cluster.command(backup, `cd ${serverBase} && rm config && ln -s ${mountPoint}/config .`);
    await configured(backup, configureFromState(service));
    await cluster.command(backup, addForHighAvailability(service));
    await cluster.command(backup, `scswitch -e -j ${serverResource}`);
    await cluster.servedAgain(service);
    await cluster.command(backup, `scswitch -z -g ${group} -h ${primary}`);
    await cluster.servedAgain(service);
    await cluster.readBack();
  },
);
