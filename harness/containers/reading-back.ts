/** The two ways of reading back what clients wrote: through the service, and from the bytes on the volumes. */
import { ofKind } from '../timeline.ts';
import { STORE_ON_VOLUME, type Topology } from '../topology.ts';
import { lunsOf } from '../topology-model.ts';
import type { Assembly } from './assembly.ts';
import type { Recorder } from './recorder.ts';

const THROUGH_SERVICE_DEADLINE_MS = 30_000;
const BYTES_DEADLINE_MS = 30_000;

export async function readThroughService({ clients }: Assembly, recorder: Recorder): Promise<void> {
  await Promise.all([...clients.values()].map((client) => client.endAndReadBack()));
  await recorder.until(
    'every write read back through the service',
    THROUGH_SERVICE_DEADLINE_MS,
    () => (ofKind(recorder.events, 'read-back').length === clients.size ? true : undefined),
    () => 'a client did not finish reading back',
  );
}

/** With all nodes off, so that nobody changes anything any more. */
export async function readVolumes(topology: Topology, assembly: Assembly, recorder: Recorder): Promise<void> {
  const { nodes, mirrors, arrays, witness } = assembly;
  const parts = [...nodes.values(), ...mirrors.values()];
  await Promise.all(parts.map(({ container }) => container.kill().catch(() => undefined)));
  for (const name of storesOf(topology)) {
    const [array = '', lun = ''] = name.split('/');
    // Of a mirror the other half is read; of what has none, nobody could say what is on it.
    if (isLost(array, recorder)) continue;
    const copy = await arrays.get(array)?.channel.order('copy', { lun });
    await witness.channel.order('audit', { lun: name, minor: copy?.value, store: STORE_ON_VOLUME });
    await recorder.until(`the bytes of ${name}`, BYTES_DEADLINE_MS, () =>
      ofKind(recorder.events, 'volume').find((event) => event.lun === name),
    );
  }
}

function isLost(array: string, { events }: Recorder): boolean {
  const told = events.findLast(
    ({ kind, source }) => source === array && (kind === 'array-lost' || kind === 'array-back'),
  );
  return told?.kind === 'array-lost';
}

/** LUNs that hold a store, as array/LUN: those of no service too, since a write may have gone astray. */
function storesOf(topology: Topology): string[] {
  const plain = topology.arrays.flatMap(({ name, luns }) =>
    luns.filter(({ holds }) => holds === 'calendar').map((lun) => `${name}/${lun.name}`),
  );
  return [...new Set([...plain, ...topology.services.flatMap((service) => lunsOf(topology, service))])];
}
