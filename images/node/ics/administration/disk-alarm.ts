/** When the administrator is to be warned that the disk of the store fills up (alarm.diskstat.*). Pure. */

export interface DiskAlarm {
  /** alarm.diskstat.msgalarmthreshold: percent that must be available. */
  threshold: number;
  /** alarm.diskstat.msgalarmwarninginterval, in ms: a warning is not repeated sooner. */
  warningIntervalMs: number;
}

/** Percent of a file system that its ordinary users may still fill. */
export function availablePercent({ blocks, bavail }: { blocks: number; bavail: number }): number {
  return blocks === 0 ? 0 : (bavail / blocks) * 100;
}

/**
 * Whether to warn now, and the moment of the warning that then counts; none while there is room, so that the next
 * shortage is told at once.
 */
export function afterMeasuring(
  available: number,
  warnedMs: number | undefined,
  nowMs: number,
  { threshold, warningIntervalMs }: DiskAlarm,
): { warn: boolean; warnedMs: number | undefined } {
  if (available >= threshold) return { warn: false, warnedMs: undefined };
  if (warnedMs !== undefined && nowMs - warnedMs < warningIntervalMs) return { warn: false, warnedMs };
  return { warn: true, warnedMs: nowMs };
}
