/** A fault monitor's verdict: restart in place, up to Retry_count times within Retry_interval, then give over. */
import { type Draft, localOf, otherMembers, setLocal } from '../draft.ts';
import { findGroup, findResource } from '../lookup.ts';
import { propertyOf } from '../properties.ts';
import type { Input, Resource } from '../types.ts';
import { isWantedHere, runningOf } from './plan.ts';

export function probeFailed(draft: Draft, input: Extract<Input, { kind: 'probe-failed' }>): void {
  const { state, nowMs } = draft;
  const { resource: name, message, failover } = input;
  const resource = findResource(state.repository, name);
  if (resource === undefined) return;
  const group = findGroup(state.repository, resource.group);
  const local = localOf(state, name);
  if (group === undefined || !isWantedHere(state, group)) return;
  // A verdict that comes when the resource is already on its way down is about the past.
  if (!local.monitoring || local.stage !== 'up' || local.restarting || local.state !== 'Online') return;
  if (runningOf(state, group.name).has(name)) return;
  const intervalMs = Number(propertyOf(state.repository, resource, 'Retry_interval')) * 1000;
  const recent = local.restartsMs.filter((at) => nowMs - at < intervalMs);
  const mayRetry = recent.length < Number(propertyOf(state.repository, resource, 'Retry_count'));
  if (failover === 'never' || (mayRetry && failover !== 'at once'))
    setLocal(state, name, { message, restartsMs: [...recent, nowMs], restarting: true });
  else {
    setLocal(state, name, { message, restartsMs: recent });
    askGiveover(draft, resource, message);
  }
}

/** The president looks for a node; without an eligible one the group stays where it is. */
function askGiveover({ state }: Draft, { name, group }: Resource, message: string): void {
  const target = state.placement.targets[group];
  const nodelist = findGroup(state.repository, group)?.nodelist ?? [];
  if (target === undefined || target.quiesced || state.givesOver[group] !== undefined) return;
  if (!otherMembers(state).some((node) => nodelist.includes(node))) return;
  const asked = { serial: target.serial, resource: name, message };
  state.givesOver = { ...state.givesOver, [group]: asked };
}
