/** cshttpd: WCAP over HTTP, on the logical address only. Usage: cshttpd.ts BASE. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { directoryOf } from './directory/authenticate.ts';
import { usersFile } from './directory/users-file.ts';
import { runProgram, socketOf } from './program.ts';
import { connectStore } from './store/remote-store.ts';
import { installedVersion } from './version.ts';
import { newsOf } from './wcap/news.ts';
import { serveWcap } from './wcap/service.ts';

/** Nobody guesses one of 2^128. */
const SESSION_ID_BYTES = 16;

await runProgram('cshttpd', async ({ base, configFolder, runFolder, settings, say }) => {
  const store = await connectStore(socketOf(runFolder, 'csstored'));
  const news = await newsOf(settings);
  const server = await serveWcap({
    ...{ settings, store, version: installedVersion(base) },
    directory: settings.has('local.authldaphost')
      ? directoryOf(settings)
      : usersFile(join(configFolder, 'users')),
    publish: news.publish,
    newSessionId: () => randomBytes(SESSION_ID_BYTES).toString('hex'),
    problem: (error) => say(String(error instanceof Error ? error.stack : error)),
  });
  return {
    stop: async () => {
      await server.stop();
      news.close();
      await store.close();
    },
  };
});
