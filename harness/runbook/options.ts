/** What a document's procedure is as a drill. Pure. */
import type { DrillOptions } from '../drill.ts';
import type { RunbookFacts } from './document.ts';

export function optionsOf({ runbook, variation }: Pick<RunbookFacts, 'runbook' | 'variation'>): DrillOptions {
  const { name, model, claims, ratePerSecond } = runbook;
  const own = [name];
  if (variation?.kind === 'fault') own.push(`${variation.fault}-${variation.after}`);
  if (variation?.kind === 'rollback') own.push(`back-${variation.from}`);
  // What the guide says is of the whole procedure, and of no part of it.
  return { name: own.join('.'), models: [model], claims: variation === null ? claims : [], ratePerSecond };
}
