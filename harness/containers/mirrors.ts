/** Mirrored volumes: when both halves are in order again, and whether they are the same. */
import { REPLICA_AREA } from '../../images/common/replica.ts';
import { until } from '../clock.ts';
import { SetupError } from '../errors.ts';
import { isBackedBy } from '../ports.ts';
import { ofKind } from '../timeline.ts';
import type { Service, Topology } from '../topology.ts';
import { lunsOf, mountPointsOf } from '../topology-model.ts';
import { volumesOf } from '../volumes.ts';
import { endMs, mountsSeen } from '../witnessed.ts';
import type { Assembly } from './assembly.ts';
import type { Recorder } from './recorder.ts';

const WHOLE_DEADLINE_MS = 60_000;
const COMPARED_DEADLINE_MS = 30_000;

interface Told {
  deviceGroup: string;
  volume: string;
  submirrors: { array: string; lun: string; state: 'okay' | 'resyncing' | 'failed' }[];
}

/** By the word of the daemons that keep them: what a drill waits for, and no verdict. */
export async function mirrorWhole(whole: Topology, { mirrors }: Assembly, service: Service): Promise<void> {
  const wanted = volumesOf(whole, service);
  let missing = 'no node has them open';
  await until(
    `the mirrors of ${service.group} are whole`,
    WHOLE_DEADLINE_MS,
    async () => {
      const told = await Promise.all(
        // Of a node that is down there is none to ask.
        [...mirrors.values()].map(({ channel }) => channel.order('status').catch(() => ({ value: [] }))),
      );
      const open = told.flatMap(({ value }) => value as Told[]);
      const isWhole = ({ deviceGroup, volume }: { deviceGroup: string; volume: string }) =>
        open.some(
          (one) =>
            one.deviceGroup === deviceGroup &&
            one.volume === volume &&
            one.submirrors.every(({ state }) => state === 'okay'),
        );
      const rest = wanted.filter((one) => !isWhole(one));
      missing = rest.map(({ deviceGroup, volume }) => `${deviceGroup}/${volume} is not`).join(', ');
      return rest.length === 0 ? true : undefined;
    },
    { missing: () => missing },
  );
}

/** Of each service's mirrored file systems. What is compared are copies of a moment at which nothing was on its way. */
export async function compareHalves(whole: Topology, assembly: Assembly, recorder: Recorder): Promise<void> {
  for (const service of whole.services) {
    for (const [index, one] of volumesOf(whole, service).entries()) {
      const luns = lunsOf(whole, one);
      if (luns.length === 2)
        await compareOne(whole, assembly, recorder, {
          ...one,
          point: mountPointsOf(service)[index] ?? '',
          luns,
        });
    }
  }
}

async function compareOne(
  { arrays: described }: Topology,
  { arrays, nodes, levers, witness }: Assembly,
  recorder: Recorder,
  {
    deviceGroup,
    volume,
    point,
    luns,
  }: { deviceGroup: string; volume: string; point: string; luns: string[] },
): Promise<void> {
  const name = `${deviceGroup}/${volume}`;
  const { events } = recorder;
  const mounted = mountsSeen(events).find(
    ({ what, untilMs }) => untilMs >= endMs(events) && what.point === point && isBackedBy(what.backing, name),
  );
  const pid = nodes.get(mounted?.node ?? '')?.pid;
  if (pid === undefined) throw new SetupError(`${name} is mounted on no node: it cannot be compared`);
  const copies: unknown[] = [];
  await levers.order('freeze', { pid, point });
  try {
    for (const path of luns) {
      const [array = '', lun = ''] = path.split('/');
      copies.push((await arrays.get(array)?.channel.order('copy', { lun }))?.value);
    }
  } finally {
    await levers.order('thaw', { pid, point });
  }
  const [array, lun] = luns[0]?.split('/') ?? [];
  const { sizeMiB = 0 } =
    described.find((one) => one.name === array)?.luns.find((one) => one.name === lun) ?? {};
  const bytes = sizeMiB * 2 ** 20 - REPLICA_AREA;
  await witness.channel.order('compare', { volume: name, luns, minors: copies, bytes });
  await recorder.until(`the halves of ${name} compared`, COMPARED_DEADLINE_MS, () =>
    ofKind(recorder.events, 'halves').findLast((event) => event.volume === name),
  );
}
