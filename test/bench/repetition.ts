/** One repetition on one side: a fresh cluster, a planned move, a power loss, and what became of the data. */
import { moment } from '../../harness/clock.ts';
import type { Assembly } from '../../harness/containers/assembly.ts';
import { handsOn } from '../../harness/containers/hands.ts';
import type { Recorder } from '../../harness/containers/recorder.ts';
import { labelsOf } from '../../harness/engine/labels.ts';
import { SetupError } from '../../harness/errors.ts';
import { powerLoss } from '../../harness/faults/power-loss.ts';
import { type Random, randomFrom } from '../../harness/random.ts';
import { BenchLoad, linesOf, REQUEST_TIMEOUT_MS } from './load.ts';
import { type CpuUse, cpuTicks, cpuUse } from './machine.ts';
import { type Phase, phasesBetween } from './marks.ts';
import { type CutOff, cutOff, type Durability, durability } from './outage.ts';
import { startClient } from './service/place.ts';
import { type Mark, otherThan, type Place, type Side, type Subject } from './side.ts';

export const EVENTS = ['power loss', 'planned move'] as const;
export type EventName = (typeof EVENTS)[number];

export interface Measurement {
  side: string;
  repetition: number;
  event: EventName;
  /** The node that lost power, or to which the service was moved. */
  target: string;
  /** Whether that node was the one that decides for the cluster. */
  wasLeader: boolean;
  outageMs: number;
  cutOff: CutOff;
  phases: Phase[];
  cpu: CpuUse | null;
}

export interface Repetition {
  measurements: Measurement[];
  /** By the service's own word, and by the bytes on the disk. */
  durability: { service: Durability; disk: Durability };
}

export interface RepetitionPlan {
  number: number;
  seed: number;
  ratePerSecond: number;
}

const SERVED_DEADLINE_MS = 60_000;
/** Well over what either needs, so that a slow one is measured and not given up. */
const AGAIN_DEADLINE_MS = 90_000;
/** A fault or a move begins anywhere in a second, so that repetitions do not all hit the same instant of a period. */
const SPREAD_MS = 1000;

export async function repeatOnce(side: Side, place: Place, plan: RepetitionPlan): Promise<Repetition> {
  const subject = await side.start(place);
  const leader = await subject.leader();
  // The node that decides for the cluster loses power in every other repetition.
  const target = plan.number % 2 === 1 ? leader : otherThan(leader);
  await subject.bringOnline(otherThan(target));
  const load = await loadOn(subject, place, plan.ratePerSecond);
  await load.servedFromNow(SERVED_DEADLINE_MS);

  const scene = { subject, load, place, target, random: randomFrom(plan.seed, `repetition ${plan.number}`) };
  const common = { side: side.name, repetition: plan.number, target, wasLeader: target === leader };
  const moved = await observed(scene, side.marks.move, move);
  await load.servedFromNow(SERVED_DEADLINE_MS);
  const lost = await observed(scene, side.marks.powerLoss, losePower);
  await load.stop();
  return {
    measurements: [
      { ...common, event: 'planned move', ...moved },
      { ...common, event: 'power loss', ...lost },
    ],
    durability: {
      service: durability(load.operations, await load.readThroughService()),
      disk: durability(load.operations, await idsOnDisk(subject.assembly, side.disk)),
    },
  };
}

async function loadOn(subject: Subject, place: Place, ratePerSecond: number): Promise<BenchLoad> {
  const { engine, images, run, drill, recorder } = place;
  const prefix = `ha-${run}-${drill}`;
  const client = await startClient(
    engine,
    {
      name: `${prefix}-client`,
      image: images.client,
      network: `${prefix}-public`,
      labels: labelsOf(run, drill),
    },
    recorder.listener('client'),
  );
  const load = new BenchLoad(client, recorder, ratePerSecond);
  await load.start(subject.address);
  return load;
}

interface Scene {
  subject: Subject;
  load: BenchLoad;
  place: Place;
  target: string;
  random: Random;
}

/** When it began, and up to which planned moment the requests belong to it. */
interface Happened {
  beganMs: number;
  untilMs: number;
}

async function observed(
  scene: Scene,
  marks: Mark[],
  happen: (scene: Scene) => Promise<Happened>,
): Promise<Pick<Measurement, 'outageMs' | 'cutOff' | 'phases' | 'cpu'>> {
  await moment(scene.random.integer(0, SPREAD_MS));
  const before = cpuTicks();
  const { beganMs, untilMs } = await happen(scene);
  const cpu = cpuUse(before, cpuTicks());
  const cut = cutOff(scene.load.operations, beganMs, untilMs, REQUEST_TIMEOUT_MS);
  const phases = phasesBetween(scene.place.recorder.events, marks, beganMs, cut);
  return { outageMs: cut.untilMs - cut.fromMs, cutOff: cut, phases, cpu };
}

async function move({ subject, load, place: { recorder }, target }: Scene): Promise<Happened> {
  const beganMs = recorder.nowMs();
  recorder.drill({ kind: 'step', text: `the service is moved to ${target}` });
  await subject.move(target);
  return { beganMs, untilMs: await load.servedFromNow(SERVED_DEADLINE_MS) };
}

async function losePower({ subject, load, place: { recorder }, target }: Scene): Promise<Happened> {
  const hands = handsOn(subject.assembly);
  await hands.prepare(target);
  let beganMs = recorder.nowMs();
  const tell = (stage: 'applied' | 'complete', at?: number) =>
    recorder.drill({ kind: 'fault', fault: 'power-loss', target, stage }, at);
  await powerLoss(target).apply(hands, (at) => {
    beganMs = recorder.fromEngine(at);
    tell('applied', at);
  });
  tell('complete');
  return { beganMs, untilMs: await servedAgain(load, beganMs, recorder) };
}

/** That it does not come back is a result too: an interruption without an end. */
async function servedAgain(load: BenchLoad, faultMs: number, recorder: Recorder): Promise<number> {
  return await load.servedAgain(faultMs, AGAIN_DEADLINE_MS).catch((error) => {
    recorder.drill({ kind: 'problem', text: String(error) });
    return recorder.nowMs();
  });
}

/** From a copy of the LUN as it is now, which no node has a part in. */
async function idsOnDisk({ arrays }: Assembly, disk: Side['disk']): Promise<string[]> {
  const array = arrays.get(disk.array);
  if (array === undefined) throw new SetupError(`there is no array ${disk.array} in this cluster`);
  const { value: minor } = await array.channel.order('copy', { lun: disk.lun });
  const script = `mkdir -p /mnt/copy; mount -t ext4 /dev/loop${minor} /mnt/copy; cat /mnt/copy/ids; umount /mnt/copy`;
  const { exit, output } = await array.run(['sh', '-ec', script]);
  if (exit !== 0) throw new SetupError(`the disk could not be read: ${output.trim().slice(-300)}`);
  return linesOf(output);
}
