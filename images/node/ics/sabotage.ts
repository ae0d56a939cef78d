/** Broken variants of the calendar server. Each must turn a test or a check red; HA_SABOTAGE names the one in force. */
export const ICS_SABOTAGES = [
  'ack-before-durable',
  'apply-twice',
  'listens-everywhere',
  'leaves-csadmind',
  'old-name',
  'reread-config',
  'restart-without-limit',
  'session-shared',
  'verify-always-passes',
  'wrong-event',
  'open-door',
] as const;
export type IcsSabotage = (typeof ICS_SABOTAGES)[number];

export function sabotaged(name: IcsSabotage): boolean {
  return process.env['HA_SABOTAGE'] === name;
}
