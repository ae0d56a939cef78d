/** csadmind: administration: alarms about the disk, and counts of what happens. Usage: csadmind.ts BASE */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAdministering } from './administration/administering.ts';
import { connectBroker } from './events/broker-client.ts';
import { runProgram } from './program.ts';

const HOUR_MS = 3_600_000;

await runProgram('csadmind', async ({ settings, runFolder, say }) => {
  const broker = await connectBroker(settings.text('service.ens.host'), settings.number('service.ens.port'));
  const counters = join(runFolder, 'csadmind.counters');
  const running = await startAdministering({
    folder: settings.text('caldb.berkeleydb.homedir.path'),
    ...{ broker, say },
    alarm: {
      threshold: settings.number('alarm.diskstat.msgalarmthreshold'),
      warningIntervalMs: settings.number('alarm.diskstat.msgalarmwarninginterval') * HOUR_MS,
    },
    measureMs: settings.number('alarm.diskstat.msgalarmstatinterval') * 1000,
    writeCounts: (counts) => writeFileSync(counters, `${JSON.stringify(counts, null, 2)}\n`),
  });
  return {
    stop: async () => {
      await running.stop();
      broker.close();
    },
  };
});
