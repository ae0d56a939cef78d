/** The claims of the guide's chapter 6, each with the checks that bear on it. */
import type { Verdict } from '../../reports/model.ts';
import { claimsOnModels } from './claims-on-models.ts';
import { claimsOnOperation } from './claims-on-operation.ts';

/** One statement of the guide that an observer outside the cluster can confirm or refute. */
export interface Claim {
  id: string;
  /** What the guide says, in our words. */
  statement: string;
  /** What a drill is expected to find. */
  expected: Verdict;
  /** What particular drills, by name, are expected to find instead. */
  expectedIn: Readonly<Record<string, Verdict>>;
  /** Names of the checkers that bear on it when a drill that lists it ran. */
  checks: readonly string[];
  /** Why no drill reaches it yet; null when one does. */
  notYet: string | null;
}

/** What sets a claim apart from one that is expected to be upheld and that no drill reaches. */
export type Particulars = Partial<Pick<Claim, 'expected' | 'expectedIn' | 'checks' | 'notYet'>>;

/** One row of a claim table: id, statement, particulars. */
export type ClaimRow = readonly [id: string, statement: string, particulars?: Particulars];

/** Every claim, in the guide's order. */
export const claims: readonly Claim[] = [...claimsOnModels, ...claimsOnOperation].map(
  ([id, statement, particulars = {}]) => ({
    id,
    statement,
    expected: 'upheld',
    expectedIn: {},
    checks: [],
    notYet: particulars.checks ? null : 'No drill reaches it yet.',
    ...particulars,
  }),
);

export function claimOf(id: string): Claim | undefined {
  return claims.find((claim) => claim.id === id);
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
