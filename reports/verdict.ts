import { z } from 'zod';

export const verdict = z.enum(['upheld', 'refuted', 'inconclusive', 'not exercised']);
export type Verdict = z.infer<typeof verdict>;
