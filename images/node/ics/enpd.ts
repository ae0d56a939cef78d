/** enpd: the server's broker of events. Usage: enpd.ts BASE */
import { startBroker } from './events/broker.ts';
import { runProgram } from './program.ts';

await runProgram('enpd', ({ settings, say }) =>
  startBroker(settings.text('service.ens.host'), settings.number('service.ens.port'), say),
);
