/** Port_list: the ports that a service listens on, and whether it does. */
import { connect } from 'node:net';

export interface Port {
  number: number;
  protocol: 'tcp' | 'udp';
}

/** `5432/tcp,80/tcp`; a third part, the version of IP, is allowed. Pure. */
export function portsOf(list: string): Port[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => {
      const [, digits, protocol = ''] = /^(\d{1,5})\/(tcp|udp)(?:\/v?[46])?$/i.exec(word) ?? [];
      const number = Number(digits);
      if (digits === undefined || number < 1 || number > 65_535)
        throw new Error(`Port_list has "${word}", which is not of the form 5432/tcp`);
      return { number, protocol: protocol.toLowerCase() as Port['protocol'] };
    });
}

/** Resolves when a TCP connection comes about; a service that only listens must not be talked to. */
export function connectable(address: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', (error) =>
      reject(new Error(`nothing answers at ${address}:${port}: ${error.message}`, { cause: error })),
    );
  });
}
