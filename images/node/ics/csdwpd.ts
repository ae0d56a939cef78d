/** csdwpd: the store for servers on other machines, over TCP, with what the store protocol has. Usage: csdwpd.ts BASE */
import { runProgram, socketOf } from './program.ts';
import { connectStore } from './store/remote-store.ts';
import { serveStore } from './store/server.ts';

await runProgram('csdwpd', async ({ settings, runFolder }) => {
  const store = await connectStore(socketOf(runFolder, 'csstored'));
  const server = await serveStore(store, {
    host: settings.text('service.listenaddr'),
    port: settings.number('service.dwp.port'),
  });
  return {
    stop: async () => {
      await server.close();
      await store.close();
    },
  };
});
