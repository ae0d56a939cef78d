/** csnotifyd: reminds of events, through enpd. Usage: csnotifyd.ts BASE */
import { join } from 'node:path';
import { connectBroker } from './events/broker-client.ts';
import { runProgram, socketOf } from './program.ts';
import { readMark, writeMark } from './reminders/mark-file.ts';
import { startNotifying } from './reminders/notifying.ts';
import { connectStore } from './store/remote-store.ts';

const MARK = 'csnotifyd.mark';

await runProgram('csnotifyd', async ({ settings, runFolder, say }) => {
  const path = join(settings.text('caldb.berkeleydb.homedir.path'), MARK);
  const [store, broker] = await Promise.all([
    connectStore(socketOf(runFolder, 'csstored')),
    connectBroker(settings.text('service.ens.host'), settings.number('service.ens.port')),
  ]);
  const notifying = startNotifying({
    ...{ store, broker, say },
    mark: readMark(path, say),
    remember: (mark) => writeMark(path, mark),
  });
  return {
    stop: async () => {
      await notifying.stop();
      broker.close();
      await store.close();
    },
  };
});
