/** What benchmarks with containers need: an engine, images, and the certainty that nothing stays behind. */
import { join } from 'node:path';
import { monotonicMs } from '../../harness/clock.ts';
import { Recorder } from '../../harness/containers/recorder.ts';
import { sweep } from '../../harness/engine/cleanup.ts';
import type { Engine } from '../../harness/engine/engine.ts';
import { findOrStartEngine } from '../../harness/engine/find.ts';
import { ensureImages, type ImageTags } from '../../harness/engine/images.ts';
import { startWatchdog } from '../../harness/engine/watchdog.ts';
import type { Place } from './side.ts';

export interface Workshop {
  engine: Engine;
  images: ImageTags;
  run: string;
  folder: string;
  tell: (line: string) => void;
  signal: AbortSignal;
}

/** Finds the engine and makes the images, works, and takes down all that carries the run's label, whatever happens. */
export async function inWorkshop<T>(
  { run, folder, tell, signal }: Omit<Workshop, 'engine' | 'images'>,
  work: (workshop: Workshop) => Promise<T>,
): Promise<T> {
  const engine = await findOrStartEngine(tell);
  const watchdog = await startWatchdog(run, engine);
  try {
    const images = await ensureImages(engine, tell);
    return await work({ engine, images, run, folder, tell, signal });
  } finally {
    await sweep(engine.docker, { run });
    await watchdog[Symbol.asyncDispose]();
  }
}

/**
 * A place for one cluster, with a recording of its own; what was built there is removed when the work is over, or at
 * once when the benchmark is interrupted.
 */
export async function inPlace<T>(
  { engine, images, run, folder, signal }: Workshop,
  drill: string,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const recorder = new Recorder(join(folder, drill), monotonicMs());
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const interrupt = () => reject(signal.reason);
  signal.addEventListener('abort', interrupt);
  try {
    return await Promise.race([work({ engine, images, run, drill, recorder }), interrupted]);
  } finally {
    signal.removeEventListener('abort', interrupt);
    recorder.save();
    await sweep(engine.docker, { run, drill });
  }
}
