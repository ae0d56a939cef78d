/** Long work on copies of the store, in a thread of its own: csstored goes on serving meanwhile. */
import { Worker } from 'node:worker_threads';

export type Job = { job: 'verify'; file: string } | { job: 'replay'; folder: string; upTo: number };

export interface JobResult {
  /** What is wrong with the copy; nothing when it is whole. */
  findings: string[];
}

/** @throws Error with what went wrong in the thread. */
export function runJob(job: Job): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('job-thread.ts', import.meta.url), { workerData: job });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (status) => reject(new Error(`the thread for ${job.job} ended with ${status}`)));
  });
}
