/** The claims of the guide's chapter 6, each with the checks that bear on it. */
import type { Verdict } from '../../reports/model.ts';
import type { Claim } from './claim.ts';
import { claimsOnModels } from './claims-on-models.ts';
import { claimsOnOperation } from './claims-on-operation.ts';

export type { Claim } from './claim.ts';

/** Every claim, in the guide's order. */
export const claims: readonly Claim[] = [...claimsOnModels, ...claimsOnOperation].map(
  ([id, statement, particulars = {}]) => ({
    id,
    statement,
    expected: 'upheld',
    expectedIn: {},
    checks: [],
    runbookChecks: [],
    overRun: false,
    notYet: particulars.checks || particulars.overRun ? null : 'No drill reaches it yet.',
    ...particulars,
  }),
);

export function claimOf(id: string): Claim | undefined {
  return claims.find((claim) => claim.id === id);
}

/** Sections of the guide that speak of one model. */
const MODEL_OF_SECTION: Record<string, RegExp> = {
  '6.1.1': /^asymmetric$/,
  '6.1.2': /^symmetric/,
  '6.1.3': /^\d+\+1$/,
};

/** Of these claims those that a drill on a model can bear on. */
export function claimsOn(model: string, ids: readonly string[]): string[] {
  return ids.filter((id) => {
    const models = claimOf(id)?.models ?? MODEL_OF_SECTION[id.split('/')[0] ?? ''];
    return models?.test(model) ?? true;
  });
}

/**
 * The verdict that a check should give in a drill that lists these claims: what is expected of a claim that rests on it,
 * if that is not that it is upheld.
 */
export function expectedOfCheck(check: string, drill: string, ids: readonly string[]): Verdict {
  const resting = ids.filter((id) => claimOf(id)?.checks.includes(check));
  const ofProcedure = ids.filter((id) => claimOf(id)?.runbookChecks.includes(check));
  const expected = [...resting.map((id) => expectedOf(id, drill)), ...ofProcedure.map(expectedOfRunbook)];
  return expected.find((verdict) => verdict === 'refuted') ?? 'upheld';
}

/**
 * The verdict that a claim should get: of the drill named, or of the whole guide. One that no drill reaches yet is
 * expected not to be exercised, so that a known gap shows in the ledger without failing a run.
 */
export function expectedOf(id: string, drill?: string): Verdict {
  const claim = claimOf(id);
  if (!claim) return 'upheld';
  if (claim.notYet !== null) return 'not exercised';
  return (drill === undefined ? undefined : claim.expectedIn[drill]) ?? claim.expected;
}

/** The verdict that a claim should get of a document's procedure that lists it. */
export function expectedOfRunbook(id: string): Verdict {
  const claim = claimOf(id);
  return claim !== undefined && claim.runbookChecks.length > 0 ? claim.expected : expectedOf(id);
}
