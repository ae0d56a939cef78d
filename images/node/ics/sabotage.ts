import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
/** Those that drills of an operator's procedures are run under. */
export const PROCEDURE_SABOTAGES = [
  'reread-config',
  'patch-changes-nothing',
  'patch-takes-service-down',
  'patch-under-running-server',
  'old-opens-new-schema',
  'probe-always-passes',
  'installer-omits-folder',
  'no-install-log',
  'last-task-fails',
  'output-without-status',
  'logs-on-own-disk',
  'state-file-forgets',
  'short-name-accepted',
] as const;

/** Broken variants of the calendar server. Each must turn a test or a check red; HA_SABOTAGE names the one in force. */
export const ICS_SABOTAGES = [
  'ack-before-durable',
  'apply-twice',
  'from-other-directory',
  'listens-everywhere',
  'leaves-csadmind',
  'old-name',
  'restart-without-limit',
  'session-shared',
  'shared-file',
  'full-for-ever',
  'slow-is-broken',
  'verify-always-passes',
  'wrong-event',
  'open-door',
  ...PROCEDURE_SABOTAGES,
] as const;
export type IcsSabotage = (typeof ICS_SABOTAGES)[number];

export function sabotaged(name: IcsSabotage): boolean {
  return process.env['HA_SABOTAGE'] === name;
}

/** The sabotage "from-other-directory": another installation on this node, /opt/NODE/SUNWics5/cal beside the own one. */
export function otherInstallation(base: string): string | undefined {
  const [, top = '', own = '', rest = ''] = /^(\/[^/]+)\/([^/]+)\/(.+)$/.exec(base) ?? [];
  if (top === '') return undefined;
  const others = readdirSync(top).filter((name) => name !== own && existsSync(join(top, name, rest, 'lib')));
  return others[0] === undefined ? undefined : join(top, others[0], rest);
}
