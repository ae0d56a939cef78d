/**
 * Device groups that an operator moved or took out of use, on this node. All others are mastered and given back by the
 * methods of their file systems (PRENET_START and POSTNET_STOP), and show here only as mastered.
 */
import { type Draft, mayUseDisks, otherMembers, without } from './draft.ts';
import { hasLease } from './lease.ts';
import { deviceAt } from './shown.ts';
import type { LocalDevice, Placement, State } from './types.ts';

type Order = Placement['devices'][string];

const NONE: LocalDevice = { mastered: false, serial: 0, busy: false, message: '' };

function setDevice(state: State, name: string, change: Partial<LocalDevice>): void {
  state.devices = { ...state.devices, [name]: { ...NONE, ...state.devices[name], ...change } };
}

/** As long as a method of storage may take; what an order asks for and is not done by then has failed. */
const LONGEST_MS = 1_800_000;

function begin({ state, nowMs }: Draft, name: string, serial: number): void {
  setDevice(state, name, { serial, busy: true, message: '' });
  state.deviceDeadlines = { ...state.deviceDeadlines, [name]: nowMs + LONGEST_MS };
}

/** Carries out each order once; returns the device groups that are not yet as ordered. */
export function runDevices(draft: Draft): string[] {
  const { state } = draft;
  for (const [name, order] of Object.entries(state.placement.devices)) {
    const device = state.devices[name] ?? NONE;
    if (device.busy || device.serial >= order.serial) continue;
    if (order.node === state.config.self && !order.maintenance) master(draft, name, order);
    else release(draft, name, order);
  }
  return Object.entries(state.placement.devices).flatMap(([name, order]) => {
    const device = state.devices[name] ?? NONE;
    return device.busy || device.serial < order.serial ? [name] : [];
  });
}

function release(draft: Draft, name: string, { serial }: Order): void {
  const { state, effects } = draft;
  if (!state.devices[name]?.mastered) {
    setDevice(state, name, { serial, busy: false, message: '' });
    return;
  }
  begin(draft, name, serial);
  effects.push({ kind: 'release-device-group', deviceGroup: name });
}

/** Once no other member has it; one that could not give it back has said why, and then it stays there. */
function master(draft: Draft, name: string, { serial }: Order): void {
  const { state, nowMs, effects } = draft;
  if (state.devices[name]?.mastered) {
    setDevice(state, name, { serial, message: '' });
    return;
  }
  for (const node of otherMembers(state)) {
    const heartbeat = state.peers[node]?.heartbeat;
    if (heartbeat === undefined || heartbeat.placement.serial < serial) return;
    const device = deviceAt(state, node, name);
    if (!device?.mastered) continue;
    if (device.serial >= serial && !device.busy)
      setDevice(state, name, { serial, message: device.message || `${node} did not give it back` });
    return;
  }
  const mayStart = state.fencing.done && mayUseDisks(state) && hasLease(state, nowMs);
  if (!mayStart) return;
  begin(draft, name, serial);
  effects.push({ kind: 'master-device-group', deviceGroup: name });
}

export function deviceMastered(state: State, name: string, mastered: boolean, message: string): void {
  setDevice(state, name, { mastered, busy: false, message });
  if (name in state.deviceDeadlines) state.deviceDeadlines = without(state.deviceDeadlines, name);
}

/** So that no command waits for ever; what comes of it later still counts. */
export function endOverdueDevices({ state, nowMs }: Draft): void {
  for (const [name, deadlineMs] of Object.entries(state.deviceDeadlines)) {
    if (nowMs < deadlineMs) continue;
    const mastered = state.devices[name]?.mastered ?? false;
    deviceMastered(state, name, mastered, `it took longer than ${LONGEST_MS / 1000} s`);
  }
}
