/** Runs of a history as tests need them: node-kill on asymmetric, with the write outages that are given. */
import { HISTORY_VERSION, type HistoryDrill, type HistoryEntry } from '../../harness/history/entry.ts';
import type { Machine } from '../../harness/history/machine.ts';

export const here: Machine = {
  cpu: 'AMD',
  cores: 4,
  memoryMiB: 16_000,
  kernel: '6.8',
  engine: '28.0',
  jobs: 2,
};

export function drillEntry(ms: number, changes: Partial<HistoryDrill> = {}): HistoryDrill {
  return {
    ...{
      drill: 'node-kill',
      model: 'asymmetric',
      profile: 'fast',
      machine: 0,
      seed: 1,
      repetition: 1,
      attempt: 1,
    },
    ...{ verdict: 'upheld', expected: 'upheld', valid: true },
    writes: [{ service: 'CAL-RG', ms, censored: false }],
    phases: [
      { name: 'detection', ms: 1000 },
      { name: 'service start', ms: ms - 1000 },
    ],
    ...changes,
  };
}

/** The night of a day of January 2026, or of a day after its end. */
export function night(
  day: number,
  drills: readonly (number | HistoryDrill)[],
  changes: Partial<HistoryEntry> = {},
): HistoryEntry {
  const at = new Date(Date.UTC(2026, 0, day, 2));
  return {
    historyVersion: HISTORY_VERSION,
    run: `run-${String(day).padStart(3, '0')}`,
    started: at.toISOString(),
    ...{ version: '0.1.0', commit: null, exitCode: 0, interrupted: false, whole: true },
    machines: [here],
    drills: drills.map((one) => (typeof one === 'number' ? drillEntry(one) : one)),
    claims: [],
    ...changes,
  };
}
