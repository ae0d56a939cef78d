/** Heartbeat profiles, in milliseconds: `fast` for CI, `guide` with the product's defaults (SEMANTICS, membership). */
export const profiles = {
  fast: { quantumMs: 100, timeoutMs: 1000 },
  guide: { quantumMs: 1000, timeoutMs: 10_000 },
} as const;

export type ProfileName = keyof typeof profiles;
