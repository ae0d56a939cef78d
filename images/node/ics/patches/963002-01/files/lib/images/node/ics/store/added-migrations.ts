/** Migrations after the first schema, with that of patch 963002-01. */
export const ADDED_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE priorities (
    calid TEXT NOT NULL, uid TEXT NOT NULL, priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9),
    PRIMARY KEY (calid, uid)
  ) STRICT, WITHOUT ROWID;
  `,
];
