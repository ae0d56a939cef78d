/** What a claim is, and how a row of the claim tables is written. */
import type { Verdict } from '../../reports/model.ts';

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
  /** Names of a procedure's own checks that bear on it when a document that lists it is run. */
  runbookChecks: readonly string[];
  /** Models that it speaks of, where its section speaks of several. */
  models?: RegExp;
  /** Why no drill reaches it yet; null when one does. */
  notYet: string | null;
  /** Judged over all drills of a run, and by no check of one drill: it compares models, or is arithmetic. */
  overRun: boolean;
}

/** What sets a claim apart from one that is expected to be upheld and that no drill reaches. */
export type Particulars = Partial<
  Pick<Claim, 'expected' | 'expectedIn' | 'checks' | 'runbookChecks' | 'models' | 'notYet' | 'overRun'>
>;

/** One row of a claim table: id, statement, particulars. */
export type ClaimRow = readonly [id: string, statement: string, particulars?: Particulars];
