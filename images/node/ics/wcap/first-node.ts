/** The broken variant "old-name": an instance names the node that it was started on first, wherever it runs by now. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../settings.ts';

export function firstNode(settings: Settings): string {
  const file = join(settings.text('caldb.berkeleydb.homedir.path'), 'first-node');
  // It has to outlive a power loss.
  if (!existsSync(file)) writeFileSync(file, hostname(), { flush: true });
  return readFileSync(file, 'utf8');
}
