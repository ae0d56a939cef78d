/** For tests in containers: on a kernel that has broken down they would hang one after the other, so the first one ends all. */
import { kernelTrouble, readTainted } from '../../harness/engine/kernel.ts';

export const mochaHooks = {
  beforeEach(): void {
    const trouble = kernelTrouble(readTainted());
    if (trouble === null) return;
    process.stderr.write(`No further test can tell anything on this machine: ${trouble}\n`);
    process.exit(4);
  },
};
