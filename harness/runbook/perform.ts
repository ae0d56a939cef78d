/** A procedure, done: step by step, with its repairs, faults between steps, and the way back. Judged afterwards. */
import type { BlockRole } from '../../images/common/protocol.ts';
import type { Cluster } from '../cluster.ts';
import type { Fault } from '../faults/fault.ts';
import { hang } from '../faults/hang.ts';
import { panic } from '../faults/panic.ts';
import { powerLoss } from '../faults/power-loss.ts';
import { reboot } from '../faults/reboot.ts';
import type { Service } from '../topology-model.ts';
import { ALL, asideOf, type Block, type BoundaryFault, type Runbook, type Variation } from './document.ts';
import { deviationsOf } from './outputs.ts';
import type { Rehearsal } from './rehearsal.ts';

const FAULTS: Record<BoundaryFault, (node: string) => Fault> = {
  'power-loss': powerLoss,
  hang,
  panic,
  reboot,
};
const AT_END_FAULTS = {
  'node-kill': powerLoss,
  'node-hang': hang,
  'node-panic': panic,
  'node-reboot': reboot,
};

/** Acknowledged before the first step, with something to spare (load-validity). */
const ENOUGH_WRITES = 60;
/** What a steady state takes anyhow. */
const STEADY_MS = 2000;

interface Course {
  cluster: Cluster;
  rehearsal: Rehearsal;
  runbook: Runbook;
}

export async function performRunbook(
  cluster: Cluster,
  { runbook, variation }: { runbook: Runbook; variation: Variation | null },
): Promise<void> {
  const rehearsal = cluster.rehearsal(runbook.env);
  const course = { cluster, rehearsal, runbook };
  if (runbook.start === 'serving') for (const each of cluster.services) await cluster.steadyState(each);
  // At a low rate it takes longer until there has been enough load to judge by.
  const enoughMs = (1000 * ENOUGH_WRITES) / (runbook.ratePerSecond / 2);
  if (enoughMs > STEADY_MS) for (const each of served(course)) await cluster.observe(each, enoughMs);
  await rehearsal.lookAtVersions();
  await rehearsal.snapshot('start');
  const { steps } = runbook;
  if (variation === null) await wholly(course);
  else if (variation.kind === 'fault') {
    const reached = await typeAll(course, steps.slice(0, variation.after));
    if (reached) await strikeBetween(course, variation);
  } else {
    const reached = await typeAll(course, steps.slice(0, variation.from));
    if (reached) await goBack(course, steps.slice(0, variation.from));
  }
  for (const each of served(course)) await cluster.observe(each);
  await cluster.readBack();
}

function served({ cluster, rehearsal }: Course): Service[] {
  return cluster.services.filter((service) => rehearsal.hasClient(service));
}

async function wholly(course: Course): Promise<void> {
  const { rehearsal, runbook } = course;
  const whole = await typeAll(course, runbook.steps);
  rehearsal.note({ kind: 'runbook-stage', stage: 'procedure-over', detail: whole ? '' : 'it was stopped' });
  await lookAtEnd(course);
  if (whole) for (const one of runbook.atEnd) if (one.kind === 'survives') await survive(course, one);
}

/** Whether all of them were typed: a step that went wrong ends the procedure, unless the document goes on. */
async function typeAll(course: Course, steps: readonly Block[]): Promise<boolean> {
  for (const step of steps) if (!(await typeStep(course, step))) return false;
  return true;
}

async function typeStep(course: Course, step: Block): Promise<boolean> {
  const { rehearsal, runbook } = course;
  rehearsal.note({ kind: 'runbook-step', step: step.name, stage: 'begin' });
  let [right, mended] = [true, true];
  for (const node of step.nodes) {
    const isRight = await typeBlock(course, step, node, 'step');
    right &&= isRight;
    if (isRight) continue;
    if (step.onFailure === 'stop') break;
  }
  const repair = asideOf(runbook, step.repair);
  if (!right && step.onFailure === 'continue' && repair !== undefined)
    for (const node of repair.nodes) mended &&= await typeBlock(course, repair, node, 'repair');
  await rehearsal.settled();
  await rehearsal.lookAtVersions();
  rehearsal.note({ kind: 'runbook-step', step: step.name, stage: 'settled' });
  return (right || step.onFailure === 'continue') && mended;
}

async function typeBlock(
  { rehearsal }: Course,
  block: Block,
  node: string,
  role: BlockRole,
): Promise<boolean> {
  const ended = await rehearsal.type(block, node, role);
  return deviationsOf(block, ended).length === 0;
}

/** All that `at-end` needs to have been looked at while the cluster still stands. */
async function lookAtEnd({ cluster, rehearsal, runbook }: Course): Promise<void> {
  for (const one of runbook.atEnd) {
    if (one.kind !== 'contains') continue;
    const nodes = one.node === ALL ? cluster.topology.nodes : [one.node];
    for (const node of nodes.filter((name) => rehearsal.isUp(name))) await cluster.look(node, one.path);
  }
  await rehearsal.snapshot('end');
}

async function survive(
  { cluster, rehearsal }: Course,
  { fault, group }: { fault: keyof typeof AT_END_FAULTS; group: string },
): Promise<void> {
  const owner = rehearsal.ownerOf(group);
  rehearsal.note({
    kind: 'runbook-stage',
    stage: 'at-end-fault',
    detail: owner === undefined ? '' : `${fault} of ${owner}`,
  });
  if (owner === undefined) return;
  const struck = AT_END_FAULTS[fault](owner);
  await cluster.strike(struck);
  const service = cluster.services.find((one) => [one.group, one.logicalHost].includes(group));
  if (service !== undefined && rehearsal.hasClient(service)) await cluster.servedAgain(service);
  else await rehearsal.takenOver(group, owner);
  await byCommandAgain(rehearsal);
  await mend({ cluster, rehearsal }, struck);
}

async function byCommandAgain(rehearsal: Rehearsal): Promise<void> {
  for (const group of rehearsal.servedByCommand) await rehearsal.servedAgain(group);
}

async function mend(
  { cluster, rehearsal }: Pick<Course, 'cluster' | 'rehearsal'>,
  struck: Fault,
): Promise<void> {
  if (struck.undo !== undefined) await cluster.undo(struck);
  // One that hung finds itself fenced when it wakes up, and goes down.
  if (struck.name === 'hang') await cluster.goesDown(struck.target);
  if (!rehearsal.isUp(struck.target)) await cluster.boot(struck.target);
}

async function strikeBetween(
  course: Course,
  { fault, after }: Extract<Variation, { kind: 'fault' }>,
): Promise<void> {
  const { cluster, rehearsal, runbook } = course;
  const [service] = cluster.services;
  // What a document brings a client for is what it is about.
  const about = runbook.clients[0]?.service ?? service.group;
  const node = rehearsal.ownerOf(about) ?? service.primary;
  rehearsal.note({ kind: 'runbook-stage', stage: 'struck', detail: `${fault} of ${node}` });
  const struck = FAULTS[fault](node);
  await cluster.strike(struck);
  for (const each of served(course)) await cluster.servedAgain(each);
  await byCommandAgain(rehearsal);
  rehearsal.note({ kind: 'runbook-stage', stage: 'by-itself', detail: '' });
  await mend(course, struck);
  await rehearsal.settled();
  const rest = runbook.steps.slice(after).map((step) => ({ ...step, onFailure: 'continue' as const }));
  await typeAll(course, rest);
  for (const each of served(course)) await cluster.observe(each);
  rehearsal.note({ kind: 'runbook-stage', stage: 'rest-over', detail: '' });
  await lookAtEnd(course);
}

/** The rollbacks of what was done, the last step's first. */
async function goBack(course: Course, done: readonly Block[]): Promise<void> {
  const { rehearsal, runbook } = course;
  rehearsal.note({ kind: 'runbook-stage', stage: 'procedure-over', detail: '' });
  for (const step of done.toReversed()) {
    const rollback = asideOf(runbook, step.rollback);
    if (rollback === undefined) continue;
    for (const node of rollback.nodes) await typeBlock(course, rollback, node, 'rollback');
    await rehearsal.settled();
  }
  await rehearsal.lookAtVersions();
  await rehearsal.snapshot('rolled-back');
  rehearsal.note({ kind: 'runbook-stage', stage: 'rolled-back', detail: '' });
}
