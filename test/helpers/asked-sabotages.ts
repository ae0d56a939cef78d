/** Which sabotages the container tests run. */
import { type SabotageRow, sabotages } from '../../harness/sabotages.ts';

/**
 * All of them take twenty minutes: `npm test` runs those of node-kill, `npm run test:sabotages` all, or with
 * DRILL_SABOTAGES=I/N the Ith of N equal shares, as the runners of a night do.
 */
export function askedSabotages(words: string | undefined): SabotageRow[] {
  if (words === undefined || words === '') return sabotages.filter(({ drill }) => drill === 'node-kill');
  if (words === 'all') return [...sabotages];
  const [, index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(words) ?? []).map(Number);
  if (index < 1 || index > count || count > sabotages.length)
    throw new Error(
      `DRILL_SABOTAGES is "${words}": it must be all, or I/N with 1 ≤ I ≤ N ≤ ${sabotages.length}`,
    );
  return sabotages.filter((_, position) => position % count === index - 1);
}
