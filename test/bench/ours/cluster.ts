import { SetupError } from '../../../harness/errors.ts';
import type { Side } from '../side.ts';
export function ours(): Side {
  throw new SetupError('not yet');
}
