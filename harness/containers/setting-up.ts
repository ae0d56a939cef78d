/** From started containers to a cluster that serves: its nodes find each other, and an operator configures it. */
import { until } from '../clock.ts';
import { SetupError } from '../errors.ts';
import { devicesToFormat, type ToFormat } from '../set-up.ts';
import { ofKind } from '../timeline.ts';
import { setUpSteps, type Topology } from '../topology.ts';
import { nodesAtFirst, servicesAtFirst } from '../topology-later.ts';
import { bothEnds } from '../wording.ts';
import type { Assembly } from './assembly.ts';
import { handsOn } from './hands.ts';
import type { Recorder } from './recorder.ts';

const START_DEADLINE_MS = 60_000;
const SET_UP_DEADLINE_MS = 120_000;
/** Where an operator finds the cluster's commands and the server's. */
export const OPERATOR_PATH = 'PATH=/usr/cluster/bin:/usr/sbin:/usr/bin:/bin:/usr/local/bin';

/** @throws SetupError naming the first container that ends. */
export async function anyEnded(assembly: Assembly, recorder: Recorder): Promise<never> {
  const { nodes, arrays, mirrors, globalMounts, directory, witness } = assembly;
  const all = [
    ...nodes.values(),
    ...arrays.values(),
    ...mirrors.values(),
    ...globalMounts.values(),
    ...(directory === undefined ? [] : [directory]),
    witness,
  ];
  const { name } = await Promise.race(all.map(({ channel }) => channel.ended.then(() => channel)));
  const said = ofKind(recorder.events, 'log').filter(({ source }) => source === name);
  const words = said
    .map(({ text }) => text.trim())
    .filter((text) => text !== '')
    .slice(0, 6)
    .join(' ');
  throw new SetupError(
    `${name} ended while the cluster was being built: ${words || 'it said nothing'}; "drill doctor" says what this machine lacks`,
  );
}

/** The nodes, and no others, in one view, each saying so after `sinceMs` on the run's clock. */
export async function formed(nodes: readonly string[], recorder: Recorder, sinceMs = 0): Promise<void> {
  const joined = () =>
    nodes.filter((node) =>
      ofKind(recorder.events, 'view').some(
        ({ source, members, atMs }) => source === node && atMs >= sinceMs && members.length === nodes.length,
      ),
    );
  await recorder.until(
    'all nodes in the cluster',
    START_DEADLINE_MS,
    () => (joined().length === nodes.length ? true : undefined),
    () => `only ${joined().join(', ') || 'none'} of ${nodes.join(', ')} joined; see the nodes' logs`,
  );
}

/**
 * @throws Error with what the command that failed printed. Not one of set-up, which would end the run: a node that a
 * busy machine held up for too long has been given up, and may do better next time.
 */
export async function configure(
  topology: Topology,
  assembly: Assembly,
  step: (text: string) => void,
): Promise<void> {
  const steps = setUpSteps({ ...topology, services: servicesAtFirst(topology) });
  const count = steps.reduce((sum, { commands }) => sum + commands.length, 0);
  if (count === 0) return;
  const names = [...new Set(steps.map(({ node }) => node))].join(' and ');
  step(`On ${names}: ${count} commands of the guide's procedure configure and start the service`);
  await Promise.all(devicesToFormat(topology).map((device) => attached(device, assembly)));
  for (const { node, commands } of steps) {
    const words = ['env', OPERATOR_PATH, 'sh', '-ex', '-c', commands.join('\n')];
    const ran = await assembly.nodes.get(node)?.run(words, SET_UP_DEADLINE_MS);
    if (ran?.exit !== 0)
      throw new Error(`configuring the cluster on ${node} failed: ${bothEnds(ran?.output.trim() ?? '')}`);
  }
}

/** A node attaches its disks when it has joined, and those who type are not told when it is done. */
async function attached({ node, device }: ToFormat, { nodes }: Assembly): Promise<void> {
  await until(
    `${device} on ${node}`,
    START_DEADLINE_MS,
    async () => ((await nodes.get(node)?.run(['test', '-b', device]))?.exit === 0 ? true : undefined),
    { missing: () => 'there is no such disk; see the logs of the node and of its array' },
  );
}

/** What comes later is a member, as the cluster's quorum has it, and is switched off for the drill to boot it. */
export async function switchOffLater(
  topology: Topology,
  assembly: Assembly,
  recorder: Recorder,
): Promise<void> {
  if (topology.later.length === 0) return;
  const sinceMs = recorder.nowMs();
  for (const node of topology.later) await handsOn(assembly).kill(node);
  await formed(nodesAtFirst(topology), recorder, sinceMs);
}
