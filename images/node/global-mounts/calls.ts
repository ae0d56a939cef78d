/** What the node asks of the daemon beside it that shows global file systems, and how. */
import { request } from 'node:http';

export const SERVICE_PORT = 3262;
const ANSWER_WITHIN_MS = 10_000;

/** A global file system, and where its primary is reached now. */
export interface Aim {
  mountPoint: string;
  /** On the primary. */
  directory: string;
  /** One a path, the first that works is taken; none while no node serves it. */
  addresses: string[];
  port: number;
}

/** Views that are not named are taken away. Returns the mount points at which there is a view now. */
export function setViews(host: string, views: Aim[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const call = request(
      { host, port: SERVICE_PORT, method: 'POST', path: '/views', signal },
      async (response) => {
        try {
          let text = '';
          for await (const piece of response) text += piece;
          const { mounted, error } = JSON.parse(text) as { mounted?: string[]; error?: string };
          if (mounted === undefined) reject(new Error(error));
          else resolve(mounted);
        } catch (error) {
          reject(error);
        }
      },
    );
    call.on('error', (error) =>
      reject(new Error(`the daemon beside this node that shows global file systems: ${error.message}`)),
    );
    call.end(JSON.stringify({ views }));
  });
}
