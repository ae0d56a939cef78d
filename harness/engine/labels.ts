/** Every container, network, volume and image of ours carries `owner`; nothing without it is ever touched. */
export const Label = {
  owner: 'ha-drills',
  run: 'ha-drills.run',
  drill: 'ha-drills.drill',
  /** Of an image: what it has on top of the list of packages that all images have. */
  packages: 'ha-drills.packages',
} as const;

const version = '1';

export type Labels = Record<string, string>;

/** The labels of what belongs to a run and, where given, to one drill of it (its folder's name). */
export function labelsOf(run: string, drill?: string): Labels {
  return {
    [Label.owner]: version,
    [Label.run]: run,
    ...(drill === undefined ? {} : { [Label.drill]: drill }),
  };
}

/** The labels of what outlives runs: images. */
export function ownerLabels(): Labels {
  return { [Label.owner]: version };
}

export interface Scope {
  run?: string;
  drill?: string;
}

export interface SweepScope extends Scope {
  /** Runs whose things stay, because they are alive. */
  except?: readonly string[];
}

/** The engine's label filter for a scope. */
export function filterOf(scope: Scope): string[] {
  const filter: string[] = [Label.owner];
  if (scope.run !== undefined) filter.push(`${Label.run}=${scope.run}`);
  if (scope.drill !== undefined) filter.push(`${Label.drill}=${scope.drill}`);
  return filter;
}

/** Judges again what the engine's filter let through, so that a filter ignored by an engine or proxy removes nothing. */
export function belongs(labels: Labels | null | undefined, scope: SweepScope): boolean {
  if (labels?.[Label.owner] === undefined) return false;
  if (scope.run !== undefined && labels[Label.run] !== scope.run) return false;
  if (scope.drill !== undefined && labels[Label.drill] !== scope.drill) return false;
  const run = labels[Label.run];
  return run === undefined || !(scope.except ?? []).includes(run);
}
