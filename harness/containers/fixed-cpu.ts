/** Nodes of fixed CPU: what a drill that compares latencies needs, so that a busy node is busy on any machine. */
import { cpuIn, type Window } from '../measured.ts';
import type { Timeline } from '../timeline.ts';
import type { Assembly } from './assembly.ts';

/** So short that a node that has used up its share waits no longer than a write takes. */
const PERIOD_US = 20_000;
/** For arrays, clients, the witness and the harness, in cores. */
const LEFT_FREE = 0.5;

/**
 * CPU of each node, in cores: what the busiest one needed in a window without a limit, and a part of that more. So a
 * node that is right for one instance is too small for two, however fast the machine is.
 * @throws Error where that is more than the machine has for them: the latencies would be those of a full machine.
 */
export function sizeFor(
  timeline: Timeline,
  nodes: readonly string[],
  window: Window,
  spare: number,
  hostCores: number,
): number {
  const needed = Math.max(...nodes.map((node) => cpuIn(timeline, node, window) ?? 0));
  if (needed === 0) throw new Error('the witness told no CPU time of any node, so none can be sized');
  const cores = round((needed / (window.untilMs - window.fromMs)) * (1 + spare));
  if (cores * nodes.length + LEFT_FREE <= hostCores) return cores;
  throw new Error(
    `${nodes.length} nodes would have ${cores} CPU cores each, and ${LEFT_FREE} must be left for the rest: the engine's host has ${hostCores}; run this drill on a larger one`,
  );
}

function round(cores: number): number {
  return Math.round(cores * 100) / 100;
}

/** Does `work` while each node has so much CPU; what is not measured need not take longer than on other clusters. */
export async function withCpu(
  { nodes }: Assembly,
  coresPerNode: number,
  work: () => Promise<void>,
): Promise<void> {
  const limit = async (share: { CpuPeriod?: number; CpuQuota: number }) => {
    await Promise.all([...nodes.values()].map(({ container }) => container.update(share)));
  };
  await limit({ CpuPeriod: PERIOD_US, CpuQuota: Math.round(PERIOD_US * coresPerNode) });
  await work();
  await limit({ CpuQuota: -1 });
}
