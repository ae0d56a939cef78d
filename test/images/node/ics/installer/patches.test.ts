/** What the patches that are shipped do to a server, as far as that can be seen without one. */
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { PATCH_FOLDER, readPatch } from '../../../../../images/node/ics/installer/patch-files.ts';
import { payload } from '../../../../../images/node/ics/installer/payload.ts';
import { ADDED_MIGRATIONS } from '../../../../../images/node/ics/patches/963002-01/files/lib/images/node/ics/store/added-migrations.ts';
import { ADDED_MIGRATIONS as ADDED_BEFORE } from '../../../../../images/node/ics/store/added-migrations.ts';
import { MIGRATIONS, migrationsFrom, SCHEMA } from '../../../../../images/node/ics/store/schema.ts';
import { installedVersion } from '../../../../../images/node/ics/version.ts';

describe('patches that are shipped', () => {
  const ids = ['963001-01', '963002-01', '963003-01'];

  it('each replaces few files, all of them files of the server', () => {
    const places = new Set(payload().parts.map(({ to }) => to));
    for (const id of ids) {
      const { files, requires } = readPatch(id, PATCH_FOLDER);
      expect(files.length, id).to.be.within(1, 2);
      expect(files.map(({ to }) => to).filter((to) => !places.has(to))).to.deep.equal([]);
      expect(requires.filter((one) => !ids.includes(one))).to.deep.equal([]);
    }
  });

  it('963002-01 brings a store forward by one schema, and its server would be refused by the one before', () => {
    const patched = [...MIGRATIONS.slice(0, SCHEMA - ADDED_BEFORE.length), ...ADDED_MIGRATIONS];
    expect(patched.slice(0, SCHEMA)).to.deep.equal([...MIGRATIONS]);
    expect(patched).to.have.length(SCHEMA + 1);
    const store = new DatabaseSync(':memory:');
    for (const migration of migrationsFrom(0)) store.exec(migration);
    for (const migration of migrationsFrom(SCHEMA, patched)) store.exec(migration);
    store.exec("INSERT INTO priorities VALUES ('calmaster', 'one', 9)");
    store.close();
    expect(() => migrationsFrom(SCHEMA + 1)).to.throw('apply the patch that wrote it again');
  });

  it("963003-01 has a version that no reply's header can carry; the others' can be sent", () => {
    for (const id of ids) {
      const file = readPatch(id, PATCH_FOLDER).files.find(({ to }) => to === 'share/version')?.from ?? '';
      const send = () => new Headers({ 'x-ics-version': readFileSync(file, 'utf8').trim() });
      if (id === '963003-01') expect(send).to.throw(TypeError);
      else expect(send).to.not.throw();
    }
  });

  it('a server that runs from its sources says so', () => {
    expect(installedVersion('/nowhere')).to.equal('unpackaged');
  });
});
