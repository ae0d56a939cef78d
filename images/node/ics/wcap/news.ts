/** What others are told of calendars: through the event broker, without waiting for it. */
import { moment } from '../../../common/clock.ts';
import { type BrokerClient, connectBroker } from '../events/broker-client.ts';
import type { Settings } from '../settings.ts';
import type { WcapContext } from './context.ts';

/** A broker that cannot be reached holds up the start no longer than this, in ms. */
const PATIENCE_MS = 500;

export interface News {
  publish: WcapContext['publish'];
  close(): void;
}

/** Who listens has to do without the news while there is no broker: the event itself is in the store. */
export async function newsOf(settings: Settings): Promise<News> {
  if (!settings.yes('service.ens.enable')) return { publish: () => undefined, close: () => undefined };
  let broker: BrokerClient | undefined;
  let closed = false;
  const connecting = connectBroker(settings.text('service.ens.host'), settings.number('service.ens.port'));
  const connected = connecting.then((client) => {
    broker = client;
    if (closed) client.close();
  });
  const waiting = new AbortController();
  const tooLate = moment(PATIENCE_MS, waiting.signal).catch(() => undefined);
  await Promise.race([connected, tooLate]);
  waiting.abort();
  return {
    publish: (topic, event) => void broker?.publish(topic, event).catch(() => undefined),
    close: () => {
      closed = true;
      broker?.close();
    },
  };
}
