/** Starts several processes side by side: each loads while others start, and begins when those that it needs serve. */
import { PROCESSES, type ProcessName } from '../program.ts';
import { needsOf } from './plan.ts';

/** A process that is being started; see control/launched.ts. */
export interface Starting<T> {
  ready: Promise<T>;
  go(): void;
}

/**
 * Resolves when all serve, to what each said. Those that a process needs and that are not among `names` count as there.
 * @throws Error of the first that fails; others may still be starting or running then.
 */
export async function startTogether<T>(
  names: readonly ProcessName[],
  launch: (name: ProcessName) => Starting<T>,
): Promise<T[]> {
  const ordered = PROCESSES.filter((name) => names.includes(name));
  const starting = new Map(ordered.map((name) => [name, launch(name)]));
  const all = [...starting].map(async ([name, one]) => {
    await Promise.all(needsOf(name).map((need) => starting.get(need)?.ready));
    one.go();
    return await one.ready;
  });
  return await Promise.all(all);
}
