/** The version of the installed server, as the installer and patches leave it in cal-svr-base. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Relative to cal-svr-base: one line of text. */
export const VERSION_FILE = 'share/version';

/** To be read once, at start: what a patch changes serves from the next start on. */
export function installedVersion(base: string): string {
  try {
    return readFileSync(join(base, VERSION_FILE), 'utf8').trim();
  } catch {
    // A server that runs from its sources, say.
    return 'unpackaged';
  }
}
