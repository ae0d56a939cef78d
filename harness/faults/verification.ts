/** Whether a fault really happened, from what others than its author saw. Pure, so that a stored run can be judged again. */

import type { ProcessSeen } from '../../images/common/protocol.ts';
import { portsAt } from '../ports.ts';
import { ofKind, type Timeline } from '../timeline.ts';
import { addressesGoneMs, longestGapMs } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { signsOfMethods } from './method-signs.ts';
import { signsOfNetworks } from './network-signs.ts';
import { signsOfNodes } from './node-signs.ts';
import {
  type DoneFault,
  missing,
  type Signs,
  type ToldFault,
  type UndoneFault,
  type Verification,
} from './told-fault.ts';

export type { ToldFault, Verification } from './told-fault.ts';

/** The faults of a drill in the order in which they were told. */
export function faultsOf(timeline: Timeline): ToldFault[] {
  const faults: ToldFault[] = [];
  for (const { fault: name, target, stage, atMs } of ofKind(timeline, 'fault')) {
    const moment = `${stage}Ms` as const;
    const open = faults.findLast((fault) => fault.name === name && fault.target === target);
    if (open && open[moment] === null && (open.undoneMs === null || stage === 'undone')) open[moment] = atMs;
    else
      faults.push({
        name,
        target,
        plannedMs: null,
        appliedMs: null,
        completeMs: null,
        undoneMs: null,
        [moment]: atMs,
      });
  }
  return faults;
}

/** How each fault shows to others, by the fault's name. */
export const signs: Record<string, Signs> = {
  'power-loss': { applied: powerLoss },
  'directory-silent': { applied: directorySilent, undone: directoryBack },
  'directory-killed': { applied: directoryKilled, undone: directoryBack },
  ...signsOfNodes,
  ...signsOfNetworks,
  ...signsOfMethods,
};

/** Whether a fault was applied, is complete, and was seen by others than its author. */
export function verifyFault(timeline: Timeline, fault: ToldFault): Verification {
  const { appliedMs, completeMs, undoneMs } = fault;
  if (appliedMs === null) return missing('it was planned but never applied');
  if (completeMs === null) return missing(`it was applied at ${ms(appliedMs)} but never completed`);
  const known = signs[fault.name];
  if (!known) return missing(`nobody knows how "${fault.name}" shows`);
  const done = { ...fault, appliedMs, completeMs };
  const applied = known.applied(timeline, done);
  if (!applied.verified || undoneMs === null) return applied;
  if (!known.undone) return missing(`nobody knows how the end of "${fault.name}" shows`);
  const undone = known.undone(timeline, { ...done, undoneMs });
  return { verified: undone.verified, detail: `${applied.detail}; ${undone.detail}` };
}

/** Links down, every port cut by the fault, then the node gone: in this order, or it was no power loss. */
function powerLoss(timeline: Timeline, { target, appliedMs }: DoneFault): Verification {
  const ports = portsAt(timeline, appliedMs).filter(({ node, cut }) => node === target && !cut);
  const cutMs: number[] = [];
  for (const port of ports) {
    const cut = ofKind(timeline, 'port-cut').find(
      (event) =>
        event.node === target &&
        event.device === port.device &&
        event.lun === port.lun &&
        event.because === 'fault' &&
        event.atMs >= appliedMs,
    );
    if (!cut)
      return missing(`the array did not see the fault cut ${target}'s port ${port.device} to ${port.lun}`);
    cutMs.push(cut.atMs);
  }
  const gone = ofKind(timeline, 'node-gone').find(
    (event) => event.node === target && event.atMs >= appliedMs,
  );
  if (!gone) return missing(`the witness did not see ${target} go`);
  if (Math.max(...cutMs, appliedMs) > gone.atMs)
    return missing(`${target} was gone before its ports were cut`);
  const linksMs = addressesGoneMs(timeline, target, appliedMs) ?? gone.atMs;
  const lagMs = longestGapMs(timeline, appliedMs, gone.atMs);
  if (linksMs < gone.atMs && linksMs - lagMs > Math.min(...cutMs, Number.POSITIVE_INFINITY))
    return missing(`${target}'s ports were cut before its links went down`);
  const cutWords = cutMs.length === 0 ? 'it had no ports' : `ports cut by ${ms(Math.max(...cutMs))}`;
  return {
    verified: true,
    detail: `addresses gone at ${ms(linksMs)}, ${cutWords}, node gone at ${ms(gone.atMs)}`,
  };
}

/** The directory's addresses gone, with its server still among the processes: it hangs, and did not say goodbye. */
function directorySilent(timeline: Timeline, { target, appliedMs, completeMs }: DoneFault): Verification {
  const goneMs = addressesGoneMs(timeline, target, appliedMs);
  if (goneMs === null) return missing(`the witness did not see the addresses of ${target} go`);
  if (!hadServer(timeline, target, appliedMs))
    return missing(`the witness saw no server on ${target} beforehand`);
  if (serverGoneMs(timeline, target, appliedMs, completeMs) !== null)
    return missing(`the server of ${target} ended, so that whoever was connected to it heard of that`);
  return { verified: true, detail: `addresses gone at ${ms(goneMs)}, its server still there` };
}

/** The directory's server gone, with its addresses still there: its machine answers that nobody listens. */
function directoryKilled(timeline: Timeline, { target, appliedMs }: DoneFault): Verification {
  const goneMs = serverGoneMs(timeline, target, appliedMs, Number.POSITIVE_INFINITY);
  if (goneMs === null) return missing(`the witness did not see the server of ${target} go`);
  const addressesMs = addressesGoneMs(timeline, target, appliedMs);
  if (addressesMs !== null && addressesMs <= goneMs)
    return missing(`the addresses of ${target} were gone before its server was`);
  return { verified: true, detail: `server gone at ${ms(goneMs)}, addresses still there` };
}

/** On the network, and its server among the processes. */
function directoryBack(timeline: Timeline, { target, undoneMs }: UndoneFault): Verification {
  const about = timeline.filter((event) => 'node' in event && event.node === target);
  const addresses = ofKind(about, 'addresses').at(-1)?.addresses ?? [];
  if (addresses.length === 0) return missing(`the witness does not see ${target} on the network`);
  const processes = ofKind(about, 'processes').at(-1);
  if (processes === undefined || !runsServer(processes))
    return missing(`the witness does not see a server on ${target}`);
  return { verified: true, detail: `on the network with its server again, after ${ms(undoneMs)}` };
}

const runsServer = ({ processes }: { processes: ProcessSeen[] }) =>
  processes.some(({ command }) => /^(\S*\/)?slapd /.test(command));

function hadServer(timeline: Timeline, node: string, atMs: number): boolean {
  const seen = ofKind(timeline, 'processes').findLast((event) => event.node === node && event.atMs <= atMs);
  return seen !== undefined && runsServer(seen);
}

/** When the witness first saw no LDAP server on a machine that had one at `fromMs`; null when it kept it. */
function serverGoneMs(timeline: Timeline, node: string, fromMs: number, untilMs: number): number | null {
  if (!hadServer(timeline, node, fromMs)) return null;
  const without = ofKind(timeline, 'processes').find(
    (event) => event.node === node && event.atMs >= fromMs && event.atMs <= untilMs && !runsServer(event),
  );
  return without?.atMs ?? null;
}
