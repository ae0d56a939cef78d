/** cshttpd: WCAP over HTTP, on the logical address only. Usage: cshttpd.ts BASE. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { usersFile } from './directory/users-file.ts';
import { connectBroker } from './events/broker-client.ts';
import { runProgram, socketOf } from './program.ts';
import { readSettings } from './settings.ts';
import { connectStore } from './store/remote-store.ts';
import { serveWcap } from './wcap/service.ts';

/** Nobody guesses one of 2^128. */
const SESSION_ID_BYTES = 16;

await runProgram('cshttpd', async ({ configFolder, runFolder, settings }) => {
  const store = await connectStore(socketOf(runFolder, 'csstored'));
  const broker = settings.yes('service.ens.enable')
    ? await connectBroker(settings.text('service.ens.host'), settings.number('service.ens.port'))
    : undefined;
  const server = await serveWcap({
    ...{ settings, store },
    reread: () => readSettings(configFolder),
    directory: usersFile(join(configFolder, 'users')),
    // Who is told of an event has to do without it while there is no broker: the event itself is in the store.
    publish: (topic, event) => void broker?.publish(topic, event).catch(() => undefined),
    newSessionId: () => randomBytes(SESSION_ID_BYTES).toString('hex'),
    problem: (error) => process.stderr.write(`cshttpd: ${error instanceof Error ? error.stack : error}\n`),
  });
  return {
    stop: async () => {
      await server.stop();
      broker?.close();
      await store.close();
    },
  };
});
