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
  'listens-everywhere',
  'leaves-csadmind',
  'old-name',
  'restart-without-limit',
  'session-shared',
  'verify-always-passes',
  ...PROCEDURE_SABOTAGES,
] as const;
export type IcsSabotage = (typeof ICS_SABOTAGES)[number];

export function sabotaged(name: IcsSabotage): boolean {
  return process.env['HA_SABOTAGE'] === name;
}
