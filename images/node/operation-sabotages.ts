/** Broken variants of the cluster's commands, agents and log, for drills of an operator's procedures. */
export const OPERATION_SABOTAGES = [
  'enable-returns-early',
  'switch-does-nothing',
  'disable-leaves-process',
  'remove-does-nothing',
  'restart-does-nothing',
  'restart-as-written-works',
  'offline-leaves-address',
  'anyone-may-command',
  'agent-ignores-loglevel',
  'agent-log-without-prefix',
  'log-to-all-nodes',
  'syslogd-ignores-hup',
  'vfstab-unchecked',
  'root-unchecked',
  'newcomer-evacuates',
] as const;
export type OperationSabotage = (typeof OPERATION_SABOTAGES)[number];

export function sabotaged(name: OperationSabotage): boolean {
  return process.env['HA_SABOTAGE'] === name;
}
