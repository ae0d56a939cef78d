/** scswitch -e and -n, with and without -M, and -c. */
import { needs } from '../dependencies.ts';
import { findResource } from '../lookup.ts';
import { Refusal } from '../refusal.ts';
import { resourcesAt } from '../shown.ts';
import { knownResource, type Making, memberNode, replaceResource } from './making.ts';
import { checkNeedsEnabled } from './resources.ts';

/** Several at once: the order in which they are named does not matter. */
export function setEnabled(making: Making, names: string[], enabled: boolean): void {
  for (const name of names) replaceResource(making, { ...knownResource(making, name), enabled });
  const { repository } = making;
  if (enabled) {
    for (const name of names) checkNeedsEnabled(repository, knownResource(making, name));
    return;
  }
  for (const other of repository.resources) {
    if (!other.enabled) continue;
    const needed = needs(repository, other).find((one) => names.includes(one));
    if (needed !== undefined)
      throw new Refusal(
        `${needed} cannot be disabled: ${other.name} depends on it and is enabled; scswitch -n -j ${other.name} disables it`,
      );
  }
}

export function setMonitored(making: Making, names: string[], monitored: boolean): void {
  for (const name of names) replaceResource(making, { ...knownResource(making, name), monitored });
}

export function clearStopFailed(making: Making, names: string[], nodes: string[]): void {
  const { state } = making;
  for (const name of names) knownResource(making, name);
  for (const node of nodes) {
    memberNode(making, node);
    for (const name of names) {
      const shown = resourcesAt(state, node)[name]?.state ?? 'Offline';
      if (shown !== 'Stop_failed') throw new Refusal(`${name} is ${shown} on ${node}, not Stop_failed`);
    }
  }
  const { serial, cleared } = making.placement;
  // What was cleared long ago is of no use to anyone, and would be kept for ever.
  const kept = Object.entries(cleared).filter(([where]) => {
    const [resource = '', node = ''] = where.split('@');
    const isThere = findResource(making.repository, resource) !== undefined;
    return isThere && resourcesAt(state, node)[resource]?.state === 'Stop_failed';
  });
  const added = nodes.flatMap((node) => names.map((name) => [`${name}@${node}`, serial] as const));
  making.placement = { ...making.placement, cleared: Object.fromEntries([...kept, ...added]) };
}
