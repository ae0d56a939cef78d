import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where ha-drills keeps what outlives a run: HA_DRILLS_CACHE, else a folder of its own in the user's cache. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['HA_DRILLS_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'ha-drills');
}
