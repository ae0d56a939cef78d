/** `drill list`: what there is, gathered from where it is defined, so that nothing has to be kept up by hand. */
import type { CatalogDrill } from './catalog.ts';
import { signs } from './faults/verification.ts';
import { claims, claimsOn, expectedOf } from './guide/claims.ts';
import { sabotages } from './sabotages.ts';
import { topologies } from './topology.ts';

/** A claim with what bears on it in the drills that there are. */
export interface Coverage {
  id: string;
  statement: string;
  expected: string;
  /** What particular drills are expected to find instead. */
  expectedIn: Readonly<Record<string, string>>;
  checks: readonly string[];
  /** Each drill that bears on it, on the models on which it does. */
  drills: { name: string; models: string[] }[];
  overRun: boolean;
  /** Why nothing bears on it; null when something does. */
  reason: string | null;
}

export function listed(catalog: readonly CatalogDrill[]) {
  return {
    drills: catalog.map(({ title, options: { name, models, claims: on } }) => ({
      name,
      title,
      models,
      claims: on,
    })),
    models: topologies.map(({ model, summary }) => ({ name: model, summary })),
    faults: Object.keys(signs),
    claims: coverage(catalog),
    sabotages,
  };
}

export function coverage(catalog: readonly CatalogDrill[]): Coverage[] {
  return claims.map((claim) => {
    const { id, statement, expectedIn, checks, overRun } = claim;
    const drills = catalog.flatMap(({ options }) => {
      const models = options.models.filter((model) => claimsOn(model, options.claims).includes(id));
      return models.length === 0 ? [] : [{ name: options.name, models }];
    });
    const isBorne = overRun || (claim.notYet === null && drills.length > 0);
    const reason = isBorne ? null : (claim.notYet ?? 'No drill lists it.');
    return { id, statement, expected: expectedOf(id), expectedIn, checks, drills, overRun, reason };
  });
}

/** The coverage as text: a line for the claim, and one or two for what bears on it. */
export function coverageText(all: readonly Coverage[]): string {
  const lines = all.map((claim) => [
    `${claim.id}: ${claim.statement}`,
    ...bearing(claim).map((line) => `    ${line}`),
  ]);
  const borne = all.filter(({ reason }) => reason === null);
  const refuted = borne.filter(({ expected }) => expected === 'refuted');
  return [
    ...lines.flat(),
    '',
    `${borne.length} of ${all.length} claims are borne by a drill or a whole run, ${refuted.length} of them expected to be refuted; ${all.length - borne.length} are not, each with its reason.`,
  ].join('\n');
}

function bearing({ expected, expectedIn, checks, drills, overRun, reason }: Coverage): string[] {
  if (reason !== null) return [`not exercised: ${reason}`];
  const others = Object.entries(expectedIn).map(([drill, verdict]) => `${verdict} in ${drill}`);
  const by = drills.map(({ name, models }) => `${name} (${models.join(', ')})`);
  const judges = overRun ? 'over all drills of a run' : `checks ${checks.join(', ')}`;
  return [
    `expected ${[expected, ...others].join(', ')}; ${judges}`,
    ...(by.length > 0 ? [`drills: ${by.join('; ')}`] : []),
  ];
}
