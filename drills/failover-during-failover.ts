import { drill } from '../harness/drill.ts';
import { powerLoss } from '../harness/faults/power-loss.ts';

drill(
  'The backup loses power, too, while it takes over: with the nodes the service returns, and no acknowledged write is lost',
  {
    name: 'failover-during-failover',
    models: ['asymmetric'],
    claims: ['6.1.1/one-active-node', '6.2.1/one-node-at-a-time'],
    checks: ['outage-interval'],
  },
  async (cluster) => {
    const [service] = cluster.services;
    const { primary, backup } = service;
    await cluster.steadyState(service);
    await cluster.strike(powerLoss(primary));
    await cluster.strikeDuringTakeover(service, backup, powerLoss(backup));
    await cluster.observe(service);
    await cluster.boot(primary, backup);
    await cluster.servedAgain(service);
    await cluster.readBack();
  },
);
