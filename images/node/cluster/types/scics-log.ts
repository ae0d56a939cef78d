/** How much the agent of the calendar server logs, and in which words (guide §6.10). */
import { readFileSync } from 'node:fs';
import { sabotaged } from '../../operation-sabotages.ts';
import type { MethodContext, Severity } from './type.ts';

/** Each node has its own; an operator writes a digit into it. */
export const LOGLEVEL_FILE = '/var/cluster/rgm/rt/SUNW.scics/loglevel';

/**
 * The level from which a line is written. What went wrong, or may have, is written always: level 0 turns off what an
 * agent tells besides.
 */
const FROM_LEVEL: Partial<Record<Severity, number>> = { info: 1, debug: 5 };

/** 0 to 9; no file, and anything else in it, is 0. */
export function logLevel(file = LOGLEVEL_FILE): number {
  if (sabotaged('agent-ignores-loglevel')) return 0;
  try {
    const [digit] = /^\d$/.exec(readFileSync(file, 'utf8').trim()) ?? [];
    return Number(digit ?? 0);
  } catch {
    return 0;
  }
}

/** The log of one callback: the level is read as it begins, so that a change counts from the next one on. */
export function logOf(context: Pick<MethodContext, 'log'>, level = logLevel()): MethodContext['log'] {
  return (severity, text, ...values) => {
    if (level >= (FROM_LEVEL[severity] ?? 0)) context.log(severity, text, ...values);
  };
}
