/** What a document's procedure is as a drill. Pure. */
import type { DrillOptions } from '../drill.ts';
import type { Runbook } from './document.ts';

export function optionsOf({ name, model, claims, ratePerSecond }: Runbook): DrillOptions {
  return { name, models: [model], claims, ratePerSecond };
}
