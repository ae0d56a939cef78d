/** Each kind of inconsistency that csdb verify looks for is one that it finds. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { STORE_FILE } from '../../../../../images/node/ics/store/database.ts';
import { verifyStore } from '../../../../../images/node/ics/store/verify.ts';
import { eventNamed } from '../../../../helpers/store-events.ts';
import { newFolder, openedStore } from '../../../../helpers/store-folder.ts';

const breakages: Record<string, { sql: string; finds: RegExp }> = {
  'an event that vanished': {
    sql: "DELETE FROM events WHERE uid = 'a'",
    finds: /user1\/a: applied, but neither an event nor deleted/,
  },
  'an event that was never applied': {
    sql: "UPDATE events SET uid = 'z' WHERE uid = 'b'",
    finds: /user1\/z: an event that was never applied/,
  },
  'a removal that was not done': {
    sql: "INSERT INTO delete_log (calid, uid, sequence) VALUES ('user1', 'b', 2)",
    finds: /user1\/b: deleted according to the delete log, but still there/,
  },
  'a removal of what never was': {
    sql: "INSERT INTO delete_log (calid, uid, sequence) VALUES ('user1', 'never', 2)",
    finds: /user1\/never: in the delete log, but never applied/,
  },
  'a removal that was forgotten': {
    sql: 'DELETE FROM delete_log',
    finds: /user1\/gone: applied, but neither an event nor deleted/,
  },
  'an alarm without event': {
    sql: "INSERT INTO alarms VALUES ('user1', 'never', '20260102T000000Z')",
    finds: /user1\/never: an alarm without its event/,
  },
  'an alarm that vanished': { sql: 'DELETE FROM alarms', finds: /user1\/a: not as it was written/ },
  'a changed row': {
    sql: "UPDATE events SET summary = 'other' WHERE uid = 'b'",
    finds: /user1\/b: not as it was written/,
  },
  'a calendar that vanished': { sql: 'DELETE FROM calendars', finds: /an event without its calendar/ },
  'a hole in the journal': {
    sql: "DELETE FROM applied WHERE uid = 'b'",
    finds: /rows are missing from the journal/,
  },
  'a newer schema': { sql: 'PRAGMA user_version = 99', finds: /schema is 99/ },
};

describe('csdb verify', () => {
  let folder = '';
  let file = '';

  beforeEach(async () => {
    folder = newFolder();
    file = join(folder, STORE_FILE);
    const { store, close } = openedStore(folder);
    await store.put(eventNamed('a', { alarm: '20260102T025000Z' }));
    await store.put(eventNamed('b'));
    await store.put(eventNamed('gone'));
    await store.remove('user1', ['gone']);
    await close();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('finds nothing in a store that is whole', () => {
    expect(verifyStore(file)).to.deep.equal([]);
  });

  for (const [what, { sql, finds }] of Object.entries(breakages))
    it(`finds ${what}`, () => {
      const database = new DatabaseSync(file);
      database.exec(sql);
      database.close();
      expect(verifyStore(file).join('\n')).to.match(finds);
    });

  it('finds an index that says something else than its table', () => {
    const database = new DatabaseSync(file, { readOnly: true });
    const root = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'applied_by_event'").get();
    database.close();
    const content = readFileSync(file);
    const at = content.indexOf('user1b', (Number(root?.['rootpage']) - 1) * 4096);
    content.write('user1c', at);
    writeFileSync(file, content);
    expect(verifyStore(file).join('\n')).to.include('applied_by_event');
  });
});
