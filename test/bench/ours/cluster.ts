/** The simulated Sun Cluster as one side: the same service under SUNW.gds, on the same arrays and under the same levers. */
import { until } from '../../../harness/clock.ts';
import type { Assembly } from '../../../harness/containers/assembly.ts';
import type { Recorder } from '../../../harness/containers/recorder.ts';
import { type ProfileName, profiles } from '../../../harness/profiles.ts';
import { ofKind } from '../../../harness/timeline.ts';
import { PROGRAMS, placeService } from '../service/place.ts';
import { assembled, command, type Place, type Side, type Subject } from '../side.ts';
import { oursMarks } from './marks.ts';
import { ARRAY, benchCommands, benchTopology, groupsOf, MEASURED, nodesOf, type Size } from './topology.ts';

const FORMED_DEADLINE_MS = 60_000;
/** For setting up and starting: so much, and so much more for each group on each node. */
const [ONLINE_DEADLINE_MS, ONLINE_DEADLINE_EACH_MS] = [60_000, 1000];
const ASK_EVERY_MS = 100;
const PATH = 'PATH=/usr/cluster/bin:/usr/local/bin:/usr/bin:/bin';

export interface Variety extends Size {
  profile: ProfileName;
}

export function ours(variety: Variety = { profile: 'fast', nodes: 2, groups: 1 }): Side {
  const { profile, nodes, groups } = variety;
  const { quantumMs, timeoutMs } = profiles[profile];
  const size = nodes === 2 && groups === 1 ? '' : variety.spare ? `-${groups}plus1` : `-${nodes}x${groups}`;
  const form = variety.spare
    ? `, ${groups}+1 with an array each`
    : size === ''
      ? ''
      : `, ${nodes} nodes, ${groups} groups`;
  return {
    name: `ours${profile === 'fast' ? '' : `-${profile}`}${size}`,
    title: `Simulated Sun Cluster${form}, profile ${profile}`,
    settings: `heartbeats every ${quantumMs} ms, timeout ${timeoutMs} ms, fencing on; SUNW.LogicalHostname, SUNW.HAStoragePlus, SUNW.gds`,
    disk: { array: ARRAY, lun: MEASURED.volume },
    prepare: async () => undefined,
    start: async (place) => await Ours.start(place, variety),
    marks: oursMarks(MEASURED.group),
  };
}

class Ours implements Subject {
  readonly assembly: Assembly;
  readonly address: string;
  readonly #variety: Variety;
  readonly #recorder: Recorder;

  private constructor(assembly: Assembly, variety: Variety, recorder: Recorder) {
    this.assembly = assembly;
    this.address = assembly.plan.hostAddress(MEASURED.host);
    this.#variety = variety;
    this.#recorder = recorder;
  }

  static async start(place: Place, variety: Variety): Promise<Subject> {
    const assembly = await assembled(place, benchTopology(variety), variety.profile);
    await Promise.all([...assembly.nodes.values()].map(placeService));
    const started = new Ours(assembly, variety, place.recorder);
    await started.#formed();
    return started;
  }

  /** All nodes in one view, each saying so. */
  async #formed(): Promise<void> {
    const { events } = this.#recorder;
    const joined = () => {
      const whole = ofKind(events, 'view').filter(({ members }) => members.length === this.#variety.nodes);
      return new Set(whole.map(({ source }) => source));
    };
    await this.#recorder.until(
      'all nodes in the cluster',
      FORMED_DEADLINE_MS,
      () => joined().size === this.#variety.nodes || undefined,
      () => `only ${[...joined()].join(', ') || 'none'} joined`,
    );
  }

  /** The president is the lowest-numbered member. */
  async leader(): Promise<string> {
    return nodesOf(this.#variety)[0] ?? '';
  }

  async bringOnline(first: string): Promise<void> {
    const [a = '', b = ''] = nodesOf(this.#variety);
    const second = first === a ? b : a;
    const server = `${PROGRAMS}/server.mjs`;
    const commands = benchCommands(this.#variety, first, second, server);
    const deadlineMs =
      ONLINE_DEADLINE_MS + this.#variety.nodes * this.#variety.groups * ONLINE_DEADLINE_EACH_MS;
    await this.#on(first, commands.join('\n'), deadlineMs);
    let seen = '';
    await until(
      'all groups online',
      deadlineMs,
      async () => {
        seen = await this.#on(first, 'scstat -g');
        const online = groupsOf(this.#variety).filter(({ group }) =>
          new RegExp(`${group}\\s+\\w+\\s+Online\\b`).test(seen),
        );
        return online.length === this.#variety.groups || undefined;
      },
      { everyMs: ASK_EVERY_MS, missing: () => `scstat says: ${seen.trim()}` },
    );
  }

  async move(to: string): Promise<void> {
    await this.#on(to, `scswitch -z -g ${MEASURED.group} -h ${to}`);
  }

  async #on(node: string, script: string, deadlineMs?: number): Promise<string> {
    return await command(this.assembly, node, ['env', PATH, 'sh', '-e', '-c', script], deadlineMs);
  }
}
