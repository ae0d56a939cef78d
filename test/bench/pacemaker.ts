/** `bench pacemaker`: the same service, client, disks and faults under our cluster and under Debian's real one. */
import type { BenchOptions, SideName } from './options.ts';
import { ours } from './ours/cluster.ts';
import { findingsOf } from './pacemaker-findings.ts';
import { peer } from './peer/cluster.ts';
import type { Findings } from './report.ts';
import type { Side } from './side.ts';
import { measureInTurns } from './turns.ts';
import type { Workshop } from './workshop.ts';

const sides: Record<SideName, () => Side> = {
  ours,
  pacemaker: () => peer(true),
  'pacemaker-unfenced': () => peer(false),
};

export async function benchPacemaker(options: BenchOptions, workshop: Workshop): Promise<Findings> {
  const compared = options.sides.map((name) => sides[name]());
  return findingsOf(await measureInTurns(options, compared, workshop));
}
