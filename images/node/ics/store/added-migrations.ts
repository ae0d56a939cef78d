/** Migrations after the first schema. A file of its own, so that a patch which adds one replaces nothing else. */
export const ADDED_MIGRATIONS: readonly string[] = [];
