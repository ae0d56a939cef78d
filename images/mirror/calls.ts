/** Calls to the arrays and to other mirror daemons: JSON over HTTP. */
import { request } from 'node:http';

/** The other side answered, and refused. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
  }
}

/** @throws Refused with what it says; other errors when it does not answer within `timeoutMs`. */
export function call<T>(
  to: { host: string; port: number; name: string; timeoutMs: number },
  path: string,
  body: object,
): Promise<T> {
  const { host, port, name, timeoutMs } = to;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request({ host, port, path, method: 'POST', signal }, async (response) => {
      try {
        let text = '';
        for await (const piece of response) text += piece;
        const answer = JSON.parse(text) as T & { error?: string };
        if (response.statusCode === 200) resolve(answer);
        else reject(new Refused(response.statusCode ?? 0, `${name}: ${answer.error ?? 'refused'}`));
      } catch (error) {
        reject(error);
      }
    });
    sent.on('error', (error) =>
      reject(new Error(signal.aborted ? `${name} does not answer` : `${name}: ${error.message}`)),
    );
    sent.end(JSON.stringify(body));
  });
}
