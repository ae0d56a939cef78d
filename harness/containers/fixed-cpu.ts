/** Nodes of fixed CPU: what a drill that compares latencies needs, so that a busy node is busy on any machine. */
import type { Engine } from '../engine/engine.ts';
import { SetupError } from '../errors.ts';
import type { Assembly } from './assembly.ts';

/** So short that a node that has used up its share waits no longer than a write takes. */
const PERIOD_US = 20_000;
/** For arrays, clients, the witness and the harness. */
const LEFT_FREE = 0.5;

/** @throws SetupError where the nodes would take what the others need, and the latencies would be those of a full machine. */
export async function mustHaveCpu({ docker }: Engine, cores: number): Promise<void> {
  const { NCPU } = (await docker.info()) as { NCPU: number };
  if (cores + LEFT_FREE <= NCPU) return;
  throw new SetupError(
    `the drill's nodes have ${cores} CPU cores, and ${LEFT_FREE} must be left for the rest: the engine's host has ${NCPU}; run it on a larger one, or leave this drill out`,
  );
}

export async function fixCpu({ nodes }: Assembly, coresPerNode: number): Promise<void> {
  const share = { CpuPeriod: PERIOD_US, CpuQuota: Math.round(PERIOD_US * coresPerNode) };
  await Promise.all([...nodes.values()].map(({ container }) => container.update(share)));
}

/** What is not measured need not take longer than on other clusters. */
export async function freeCpu({ nodes }: Assembly): Promise<void> {
  await Promise.all([...nodes.values()].map(({ container }) => container.update({ CpuQuota: -1 })));
}
