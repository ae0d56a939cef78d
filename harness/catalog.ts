/** What there is to run: the drills in `drills/`, the models they are for, and what a command line selects of them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { type RegisteredDrill, registeredDrills } from './drill.ts';
import { UsageError } from './errors.ts';
import type { RunbookFacts } from './runbook/document.ts';
import { type Sabotage, sabotages } from './sabotages.ts';
import { type Topology, topologies } from './topology.ts';

export interface CatalogDrill extends RegisteredDrill {
  file: string;
}

const drillsFolder = join(import.meta.dirname, '..', 'drills');

/** Loads all drill files. A file is named as its drill, which a test sees to. */
export async function loadCatalog(folder = drillsFolder): Promise<CatalogDrill[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort();
  for (const file of files) await import(join(folder, file));
  return registeredDrills().map((one) => ({ ...one, file: join(folder, `${one.options.name}.ts`) }));
}

/** The drills of `npm run drill` alone. */
export const HEADLINE = ['node-kill', 'disk-array-loss', 'dual-instance-on-backup', 'rolling-upgrade'];

export interface Selection {
  drill: CatalogDrill;
  model: string;
  /** One that a user has written; null for a model of ours. */
  topology: Topology | null;
  /** The procedure of a document, and how it is done. */
  runbook?: Pick<RunbookFacts, 'runbook' | 'variation'>;
}

/** The model whose claims a selected drill can bear on. */
export function claimsModel({ model, topology }: Pick<Selection, 'model' | 'topology'>): string {
  return topology?.like ?? model;
}

/**
 * Drills on a user's topology: those named, whatever they are for, or else the headline drills for the model that it is
 * like. @throws UsageError
 */
export function selectOn(
  topology: Topology,
  catalog: readonly CatalogDrill[],
  asked: { names: readonly string[]; all: boolean },
): Selection[] {
  const { model, like } = topology;
  if (asked.names.length === 0 && like === undefined)
    throw new UsageError(
      `topology ${model} is like none of our models: name the drills to run on it, or say "like" in its file`,
    );
  const found =
    asked.names.length === 0 ? select(catalog, { ...asked, model: like }) : named(catalog, asked.names);
  return found.map(({ drill }) => ({ drill, model, topology }));
}

function named(catalog: readonly CatalogDrill[], names: readonly string[]): Pick<Selection, 'drill'>[] {
  const known = catalog.map(({ options }) => options.name);
  for (const name of names) mustBeOneOf('drill', name, known);
  return catalog.filter(({ options }) => names.includes(options.name)).map((drill) => ({ drill }));
}

/** @throws UsageError naming the word that nothing is called, and the nearest one that something is. */
export function select(
  catalog: readonly CatalogDrill[],
  asked: { names: readonly string[]; all: boolean; model?: string | undefined; commands?: readonly string[] },
): Selection[] {
  const known = catalog.map(({ options }) => options.name);
  // Without "run" in front, a first word that is no command is taken for a drill's name: it may be either misspelt.
  const what = asked.commands === undefined ? 'drill' : 'drill or command';
  for (const name of asked.names) mustBeOneOf(what, name, known, asked.commands);
  if (asked.model !== undefined)
    mustBeOneOf(
      'model',
      asked.model,
      topologies.map(({ model }) => model),
    );
  const names = asked.all ? known : asked.names.length > 0 ? asked.names : HEADLINE;
  const selected = catalog
    .filter(({ options }) => names.includes(options.name))
    .flatMap((drill) => drill.options.models.map((model) => ({ drill, model, topology: null })))
    .filter(({ model }) => asked.model === undefined || model === asked.model);
  if (selected.length === 0) {
    throw new UsageError(
      `no drill of ${names.join(', ')} is for model ${asked.model}; "npm run drill -- list" shows which is for which`,
    );
  }
  return selected;
}

export function sabotageNamed(name: string): Sabotage {
  return mustBeOneOf(
    'sabotage',
    name,
    sabotages.map((row) => row.name),
  );
}

/** `word` if it is one of `known`. @throws UsageError naming it and the nearest of `known` and `alsoNear`. */
export function mustBeOneOf<T extends string>(
  what: string,
  word: string,
  known: readonly T[],
  alsoNear: readonly string[] = [],
): T {
  const found = known.find((candidate) => candidate === word);
  if (found !== undefined) return found;
  const near = [...known, ...alsoNear];
  const nearest = near.length === 0 ? '' : `; did you mean "${closest(word, near)}"?`;
  throw new UsageError(`there is no ${what} "${word}"${nearest} There are: ${near.join(', ')}.`);
}
