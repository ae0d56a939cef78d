/** A document's procedure as a drill: loaded by the process that does it, which has been told which one. */
import { drill, jobOfProcess } from '../drill.ts';
import { optionsOf } from './options.ts';
import { performRunbook } from './perform.ts';

const given = jobOfProcess()?.runbook;
if (given !== undefined) {
  drill(given.runbook.title, optionsOf(given), (cluster) => performRunbook(cluster, given));
}
