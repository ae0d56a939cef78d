/** Files of a node, as the witness reads them. */
import { DeadlineError, until } from '../clock.ts';
import type { Contained } from './contained.ts';

const DEADLINE_MS = 5_000;
const EVERY_MS = 100;

/** The content of a file once it has what is looked for, or the last that was read: what never came is for the checkers to say. */
export async function lookAt(
  { channel }: Contained,
  node: string,
  path: string,
  pattern?: RegExp,
): Promise<string> {
  let content = '';
  const look = async () => {
    content = String((await channel.order('see', { node, path })).value);
    return pattern === undefined || pattern.test(content) ? content : undefined;
  };
  try {
    return await until(`${path} on ${node}`, DEADLINE_MS, look, { everyMs: EVERY_MS });
  } catch (error) {
    if (error instanceof DeadlineError) return content;
    throw error;
  }
}
