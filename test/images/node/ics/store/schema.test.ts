/** Stores of older programs come forward; newer ones are refused. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { migrate, schemaOf } from '../../../../../images/node/ics/store/database.ts';
import { MIGRATIONS, migrationsFrom, SCHEMA } from '../../../../../images/node/ics/store/schema.ts';
import { newFolder } from '../../../../helpers/store-folder.ts';

const next = [...MIGRATIONS, "ALTER TABLE events ADD COLUMN location TEXT NOT NULL DEFAULT ''"];

describe("the store's schema", () => {
  let folder = '';
  let database: DatabaseSync;

  beforeEach(() => {
    folder = newFolder();
    database = new DatabaseSync(join(folder, 'a.db'));
  });
  afterEach(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  it('runs what is newer than the store, and nothing twice', () => {
    migrate(database, MIGRATIONS);
    expect(schemaOf(database)).to.equal(SCHEMA);
    database.exec("INSERT INTO events VALUES ('a', 'b', '20260101T000000Z', '20260101T000000Z', 'c', 1)");
    migrate(database, next);
    migrate(database, next);
    expect(schemaOf(database)).to.equal(SCHEMA + 1);
    expect(database.prepare('SELECT location FROM events').get()).to.deep.include({ location: '' });
  });

  it('is what it was when a migration fails', () => {
    migrate(database, MIGRATIONS);
    expect(() => migrate(database, [...next, 'CREATE TABLE events (x)'])).to.throw(/events already exists/);
    expect(schemaOf(database)).to.equal(SCHEMA);
    expect(database.prepare("SELECT count(*) AS n FROM pragma_table_info('events')").get()).to.deep.include({
      n: 6,
    });
  });

  it('refuses a newer one', () => {
    migrate(database, next);
    expect(() => migrationsFrom(schemaOf(database), MIGRATIONS)).to.throw(
      /its schema is .* restore a backup/,
    );
  });
});
