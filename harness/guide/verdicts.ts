import type { Verdict } from '../../reports/model.ts';

/** Several observations of one thing merge into the first of these that occurs (GUIDE: claims). */
const precedence: readonly Verdict[] = ['refuted', 'inconclusive', 'upheld', 'not exercised'];

export function mergeVerdicts(verdicts: readonly Verdict[]): Verdict {
  return precedence.find((verdict) => verdicts.includes(verdict)) ?? 'not exercised';
}
