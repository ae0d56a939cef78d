/** A user of a calendar server: a program in a container on the public network, beside the cluster. */
import type { Contained } from '../../harness/containers/contained.ts';

/** What a user sees of one call. */
export interface Answer {
  /** X-NSCP-WCAP-ERRNO; null without a reply of that form. */
  errno: number | null;
  body: string;
}

/** Whoever has to wait longer than this gives up. */
const PATIENCE_MS = 30_000;

const program = `
  const [url] = process.argv.slice(1);
  const body = await fetch(url, { signal: AbortSignal.timeout(${PATIENCE_MS}) }).then((reply) => reply.text(), String);
  const [, errno] = /^X-NSCP-WCAP-ERRNO:(-?\\d+)/m.exec(body) ?? [];
  console.log(JSON.stringify({ errno: errno === undefined ? null : Number(errno), body }));
`;

export class WcapUser {
  readonly #container: Contained;
  readonly #address: string;

  constructor(container: Contained, address: string) {
    this.#container = container;
    this.#address = address;
  }

  async call(command: string, parameters: Record<string, string>): Promise<Answer> {
    const url = `http://${this.#address}/${command}.wcap?${new URLSearchParams(parameters)}`;
    const { exit, output } = await this.#container.run(['node', '--input-type=module', '-e', program, url]);
    if (exit !== 0) throw new Error(`${command}: the user's program ended with status ${exit}: ${output}`);
    return JSON.parse(output) as Answer;
  }

  login(user: string, password: string): Promise<Answer> {
    return this.call('login', { user, password });
  }

  /** A session; its id. */
  async session(user: string, password: string): Promise<string> {
    const { body } = await this.login(user, password);
    const [, id] = /^X-NSCP-WCAP-SESSION-ID:(\S+)/m.exec(body) ?? [];
    if (id === undefined) throw new Error(`${user} could not log in: ${body}`);
    return id;
  }
}
