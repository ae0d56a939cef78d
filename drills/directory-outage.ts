import { drill } from '../harness/drill.ts';
import { directoryKilled, directorySilent } from '../harness/faults/directory-outage.ts';

/** A server waits for its directory for three seconds before it says that nobody answers. */
const SILENCE_MS = 4_000;

drill(
  'Without the directory new logins are refused with a clear error, and whoever is logged in works on',
  {
    name: 'directory-outage',
    models: ['asymmetric'],
    claims: [],
    checks: ['logins-by-directory', 'users-notice-nothing', 'stays-put'],
    loginsPerSecond: 5,
  },
  async (cluster) => {
    const [service] = cluster.services;
    await cluster.steadyState(service);
    for (const { outage, forMs } of [
      { outage: directorySilent(), forMs: SILENCE_MS },
      { outage: directoryKilled(), forMs: 1_500 },
    ]) {
      await cluster.strike(outage);
      await cluster.observe(service, forMs);
      await cluster.undo(outage);
      await cluster.observe(service, 500);
    }
    await cluster.readBack();
  },
);
