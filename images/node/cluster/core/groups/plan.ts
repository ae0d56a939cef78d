/** What is wanted of each resource of a group on this node, and what stands in its way. */
import { type Ordered, orderOf } from '../dependencies.ts';
import { localOf } from '../draft.ts';
import { isServedSomewhere } from '../shown.ts';
import type { Group, LocalResource, MethodName, Running, Stage, State } from '../types.ts';

export interface Row extends Ordered {
  name: string;
  local: LocalResource;
  /** Part of starting or stopping that runs now. */
  running: MethodName | undefined;
  want: Stage;
  /** It failed to start, or needs something that did. */
  hopeless: boolean;
  /** It needs a resource of another group that is online nowhere. */
  blocked: boolean;
}

const HEIGHT: Record<Stage, number> = { down: 0, prepared: 1, up: 2 };

/** Ordered here, and neither passed over here nor on its way down to be started again. */
export function isWantedHere(state: State, group: Group): boolean {
  return (
    group.managed &&
    group.nodelist.includes(state.config.self) &&
    state.placement.targets[group.name]?.node === state.config.self &&
    !state.givenUp.includes(group.name) &&
    !state.restarting.includes(group.name)
  );
}

export function runningOf(state: State, group: string): Map<string, MethodName> {
  const running = new Map<string, MethodName>();
  for (const one of Object.values(state.running) as Running[])
    if (one.group === group && one.inquiry === null) running.set(one.resource, one.method);
  return running;
}

/** The rows of a group in its order of starting. */
export function planOf(state: State, group: Group): Row[] {
  const isWanted = isWantedHere(state, group);
  const running = runningOf(state, group.name);
  const unprepared = isUnprepared(state, group);
  const rows = new Map<string, Row>();
  for (const ordered of orderOf(state.repository, group.name)) {
    const { resource, strong, elsewhere } = ordered;
    const local = localOf(state, resource.name);
    const needed = strong.flatMap((name) => rows.get(name) ?? []);
    const want = !isWanted || !resource.enabled ? 'down' : wantAbove(needed, local.restarting);
    const hopeless =
      want === 'up' && (unprepared || local.state === 'Start_failed' || needed.some((one) => one.hopeless));
    const isBlocked = () =>
      needed.some((one) => one.blocked) || elsewhere.some((name) => !isServedSomewhere(state, name));
    const blocked = want === 'up' && local.stage !== 'up' && !hopeless && isBlocked();
    rows.set(resource.name, {
      ...ordered,
      name: resource.name,
      local,
      running: running.get(resource.name),
      want,
      hopeless,
      blocked,
    });
  }
  return [...rows.values()];
}

/**
 * Of a group of which nothing is up yet, nothing starts when its network or disk could not be prepared: the disk may
 * still be another node's, and then so may the address.
 */
function isUnprepared(state: State, group: Group): boolean {
  const locals = orderOf(state.repository, group.name).map(({ resource }) => localOf(state, resource.name));
  const failed = locals.some((one) => one.stage === 'prepared' && one.state === 'Start_failed');
  return failed && locals.every(({ stage }) => stage !== 'up');
}

/** What is disabled or to be restarted takes all that needs it down with it. */
function wantAbove(needed: Row[], restarting: boolean): Stage {
  if (needed.some(({ want }) => want === 'down')) return 'down';
  if (restarting || needed.some(({ want }) => want === 'prepared')) return 'prepared';
  return 'up';
}

export function goesDown({ local, want }: Row): boolean {
  return HEIGHT[local.stage] > HEIGHT[want];
}

export function comesUp({ local, want, hopeless }: Row): boolean {
  return want === 'up' && local.stage !== 'up' && !hopeless;
}

/** Up, or becoming so. */
export function isActive({ local, running }: Row): boolean {
  return local.stage === 'up' || running === 'START';
}

export function serves({ local, running }: Row): boolean {
  return (
    local.stage === 'up' &&
    local.state !== 'Start_failed' &&
    local.state !== 'Stop_failed' &&
    running !== 'STOP'
  );
}

export function isMonitorDue({ local, want, resource, type }: Row): boolean {
  return (
    want === 'up' &&
    local.state === 'Online_not_monitored' &&
    resource.monitored &&
    !local.monitoring &&
    type.methods.MONITOR_START !== undefined
  );
}
