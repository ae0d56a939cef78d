/** A fault monitor gives its group over: to the first other node whose MONITOR_CHECK agrees, or to none. */
import { isMember } from '../draft.ts';
import { findings } from '../inquiry.ts';
import { findGroup, findType, resourcesOf } from '../lookup.ts';
import { candidatesFor, gaveUp, membersOf, shownBy } from '../shown.ts';
import type { Group, Inquiry, State } from '../types.ts';
import { setTarget } from './placement.ts';

/** Decides what can be decided, and returns the inquiries that the rest waits for. */
export function decideGiveovers(state: State): Inquiry[] {
  return membersOf(state).flatMap((node) =>
    Object.entries(shownBy(state, node, 'givesOver') ?? {}).flatMap(([name, { serial }]) => {
      const group = findGroup(state.repository, name);
      const target = state.placement.targets[name];
      const isOpen = target?.serial === serial && target.node === node && !target.quiesced;
      return group !== undefined && isOpen ? decide(state, group, node, serial) : [];
    }),
  );
}

function decide(state: State, group: Group, from: string, serial: number): Inquiry[] {
  const asked: Inquiry[] = [];
  for (const node of candidatesFor(state, group)) {
    if (node === from || gaveUp(state, node, group) || !isMember(state, node)) continue;
    const inquiry = questionTo(state, group, node, serial);
    const found = inquiry.resources.length === 0 ? { problem: null } : findings(state, inquiry);
    if (found?.problem === null) {
      setTarget(state, group.name, { node });
      return [];
    }
    asked.push(inquiry);
    if (found === undefined) return asked;
  }
  // No node may have it: a new target that is the old one tells the monitor's node so.
  setTarget(state, group.name, {});
  return [];
}

function questionTo(state: State, { name }: Group, node: string, serial: number): Inquiry {
  const resources = resourcesOf(state.repository, name).filter(
    ({ enabled, type }) => enabled && findType(state.repository, type)?.methods.MONITOR_CHECK !== undefined,
  );
  const id = `giveover ${name} ${serial} to ${node} @${state.view?.generation ?? 0}`;
  return { id, method: 'MONITOR_CHECK', resources, nodes: [node] };
}
