/** Debian's Corosync and Pacemaker as one side: real daemons on our own arrays, networks and levers. */

import { until } from '../../../harness/clock.ts';
import type { Assembly } from '../../../harness/containers/assembly.ts';
import { topology } from '../../../harness/topology-model.ts';
import { placeService } from '../service/place.ts';
import { assembled, command, NODES, type Place, type Side, type Subject } from '../side.ts';
import { GROUP, peerCommands } from './configuration.ts';
import { ensurePeerImage } from './image.ts';
import { peerMarks } from './marks.ts';

const FORMED_DEADLINE_MS = 90_000;
const ONLINE_DEADLINE_MS = 60_000;
/** Its tools are programs of their own: asking more often would only keep the machine busy. */
const ASK_EVERY_MS = 250;
const HOST = 'bench-host';
const [ARRAY, LUN] = ['penguin', 'd400'];

const onePair = topology({
  model: 'peer',
  summary: 'two nodes of Corosync and Pacemaker and one array',
  nodes: [...NODES],
  arrays: [{ name: ARRAY, luns: [{ name: LUN, sizeMiB: 64, holds: 'empty' }] }],
  hosts: [HOST],
});

export function peer(fencing: boolean): Side {
  let image = '';
  return {
    name: fencing ? 'pacemaker' : 'pacemaker-unfenced',
    title: fencing ? 'Pacemaker' : 'Pacemaker without fencing',
    settings: `Corosync (udpu, token 1000 ms) and Pacemaker of Debian 12, stonith ${fencing ? 'on' : 'off'}; Filesystem, IPaddr2, service`,
    disk: { array: ARRAY, lun: LUN },
    prepare: async (engine, progress) => {
      image = await ensurePeerImage(engine, progress);
    },
    start: async (place) => await Peer.start({ ...place, images: { ...place.images, node: image } }, fencing),
    marks: peerMarks(fencing),
  };
}

class Peer implements Subject {
  readonly assembly: Assembly;
  readonly address: string;
  readonly #fencing: boolean;

  private constructor(assembly: Assembly, fencing: boolean) {
    this.assembly = assembly;
    this.address = assembly.plan.hostAddress(HOST);
    this.#fencing = fencing;
  }

  static async start(place: Place, fencing: boolean): Promise<Subject> {
    const assembly = await assembled(place, onePair, 'fast');
    const started = new Peer(assembly, fencing);
    await Promise.all([...assembly.nodes.values()].map(placeService));
    await started.#formed();
    return started;
  }

  async #formed(): Promise<void> {
    let seen = '';
    await until(
      'both nodes of the peer online',
      FORMED_DEADLINE_MS,
      async () => {
        seen = await this.#status();
        return seen.includes(`Online: [ ${NODES.join(' ')} ]`) && !/DC: NONE/.test(seen) ? true : undefined;
      },
      { everyMs: ASK_EVERY_MS, missing: () => `crm_mon says: ${seen.trim() || 'nothing'}` },
    );
  }

  async #status(): Promise<string> {
    return (await this.assembly.nodes.get(NODES[0])?.run(['crm_mon', '-1']))?.output ?? '';
  }

  async leader(): Promise<string> {
    const said = await this.#status();
    return NODES.find((node) => new RegExp(`Current DC: ${node} `).test(said)) ?? NODES[0];
  }

  async bringOnline(first: string): Promise<void> {
    const array = this.#fencing ? await this.#arrayAddress() : null;
    const { address } = this;
    const all = peerCommands({ address, device: `/dev/${LUN}`, lun: LUN, array, first, nodes: NODES });
    for (const words of all) await command(this.assembly, NODES[0], words);
    let seen = '';
    const wanted = ['storage', 'address', 'service'];
    await until(
      'the group of the peer online',
      ONLINE_DEADLINE_MS,
      async () => {
        seen = await this.#status();
        return wanted.every((name) => new RegExp(`\\b${name}\\s.*Started ${first}`).test(seen)) || undefined;
      },
      { everyMs: ASK_EVERY_MS, missing: () => `crm_mon says: ${seen.trim()}` },
    );
    await this.#quiet(first);
  }

  async move(to: string): Promise<void> {
    await command(this.assembly, to, ['crm_resource', '--move', '-r', GROUP, '-N', to]);
    await this.#quiet(to);
    await command(this.assembly, to, ['crm_resource', '--clear', '-r', GROUP]);
    await this.#quiet(to);
  }

  async #quiet(node: string): Promise<void> {
    await command(this.assembly, node, ['crm_resource', '--wait', '--timeout', '60s']);
  }

  async #arrayAddress(): Promise<string> {
    const { Config } = (await this.assembly.nodes.get(NODES[0])?.container.inspect()) ?? {};
    const config = Config?.Env.find((line) => line.startsWith('HA_NODE='))?.slice('HA_NODE='.length) ?? '{}';
    return String((JSON.parse(config) as { arrays: Record<string, string> }).arrays[ARRAY]);
  }
}
