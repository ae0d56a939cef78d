import { drill } from '../harness/drill.ts';

const LOG = '/var/adm/clusterlog';
const LEVELS = '/var/cluster/rgm/rt/SUNW.scics';

drill(
  "At log level 9 the agent logs to each node's own cluster log, in the form that the guide shows",
  {
    name: 'agent-logging',
    models: ['asymmetric'],
    claims: ['6.10/agent-log', '6.10/per-node-log', '6.10/message-prefix', '6.10/cluster-log'],
    checks: ['outage-interval'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { group, primary, backup } = service;
    await cluster.steadyState(service);
    for (const node of [primary, backup]) {
      await cluster.look(node, LOG);
      await cluster.command(node, `mkdir -p ${LEVELS}`);
      await cluster.command(node, `echo 9 >${LEVELS}/loglevel`);
      await cluster.command(
        node,
        `printf 'daemon.debug\\t${LOG}\\n' >>/etc/syslog.conf && pkill -HUP syslogd`,
      );
    }
    await cluster.command(primary, `scswitch -z -g ${group} -h ${backup}`);
    await cluster.servedAgain(service);
    await cluster.look(primary, LOG, /Stopping the data service/);
    await cluster.look(backup, LOG, /ICS_serverroot = /);
    await cluster.readBack();
  },
);
