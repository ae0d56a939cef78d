/** As whom the processes run, and the command that gets one of them there. */
import { readFileSync } from 'node:fs';
import { type ProcessName, programOf } from '../program.ts';
import type { Settings } from '../settings.ts';

export interface User {
  name: string;
  uid: number;
  gid: number;
}

/** Ports below this one take a privilege. */
const FIRST_FREE_PORT = 1024;
const BIND = 'net_bind_service';

/**
 * The user and group that ics.conf names. @throws Error when one does not exist, and when whoever runs this is neither
 * that user nor root.
 */
export function userOf(settings: Settings, self = process.geteuid?.() ?? 0): User {
  const [user, group] = [settings.text('local.user'), settings.text('local.group')];
  const uid = numberIn(readFileSync('/etc/passwd', 'utf8'), user);
  const gid = numberIn(readFileSync('/etc/group', 'utf8'), group);
  if (uid === undefined) throw new Error(`user ${user} does not exist on this node (local.user)`);
  if (gid === undefined) throw new Error(`group ${group} does not exist on this node (local.group)`);
  if (self !== 0 && self !== uid) throw new Error(`only the superuser and ${user} (local.user) may do this`);
  return { name: user, uid, gid };
}

/** The number in a line of passwd(5) or group(5). Pure. */
export function numberIn(text: string, name: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${name}:`));
  const number = line?.split(':')[2] ?? '';
  return /^\d+$/.test(number) ? Number(number) : undefined;
}

/**
 * The command of a process. Root's becomes the user's; only cshttpd may take a port below 1024, and the watcher may
 * hand that on, since it starts cshttpd again. Pure.
 */
export function commandOf(
  name: ProcessName,
  base: string,
  about: { node: string; self: number; user: User; httpPort: number },
): string[] {
  const { node, self, user, httpPort } = about;
  const program = [node, programOf(base, name), base];
  const low = httpPort < FIRST_FREE_PORT;
  const may = low && (name === 'cshttpd' || name === 'watcher');
  if (self === 0 && user.uid !== 0) {
    const own = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--no-new-privs'];
    return [...own, ...(may ? [`--inh-caps=+${BIND}`, `--ambient-caps=+${BIND}`] : []), ...program];
  }
  return low && !may ? ['setpriv', `--inh-caps=-${BIND}`, `--ambient-caps=-${BIND}`, ...program] : program;
}
