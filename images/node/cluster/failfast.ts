/** How a node that must not go on goes down: at once, as a kernel does that panics. */
import { tell } from '../../common/tell.ts';
import type { NodeConfig } from '../config.ts';
import { withdrawAddresses } from './logical-addresses.ts';

/** With all that runs on it, as process 1 of its container ends it; that takes a while, in which nobody is to be answered. */
export function failfast(config: NodeConfig, reason: string): never {
  tell({ kind: 'panic', reason });
  if (process.env['HA_SABOTAGE'] === 'stays-up-when-fenced') standIdle();
  try {
    withdrawAddresses(config);
  } catch {
    // Without a process to do it with, the end comes as fast as it can.
  }
  process.exit(1);
}

/** The sabotage "stays-up-when-fenced": all that ran here has ended, so that nothing writes, and the node is still up. */
function standIdle(): void {
  process.kill(-1, 'SIGKILL');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
