/** The thread that `jobs.ts` starts: does one job and ends. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { STORE_FILE } from './database.ts';
import type { Job, JobResult } from './jobs.ts';
import { quickFindings } from './open-store.ts';
import { replay } from './replay.ts';
import { verifyStore } from './verify.ts';

function perform(job: Job): string[] {
  if (job.job === 'verify') return verifyStore(job.file);
  try {
    replay(job.folder, job.upTo);
    return quickFindings(join(job.folder, STORE_FILE));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

parentPort?.postMessage({ findings: perform(workerData as Job) } satisfies JobResult);
