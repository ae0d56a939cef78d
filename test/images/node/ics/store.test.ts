import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { STORE_FILE, Store } from '../../../../images/node/ics/store.ts';

const event = {
  calid: 'ann',
  uid: 'u1',
  dtstart: '20261121T090000Z',
  dtend: '20261121T100000Z',
  summary: 'Tea',
};

describe('the calendar store', () => {
  let folder = '';
  let file = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-store-'));
    file = join(folder, STORE_FILE);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has a write after it was opened anew, and one that was never closed too', () => {
    const store = new Store(file);
    store.write(event);
    const other = new Store(file);
    expect(other.read('ann', 'u1')).to.deep.equal({ ...event, sequences: [1] });
    other.close();
    store.close();
    const again = new Store(file);
    expect(again.read('ann', 'u1')).to.deep.equal({ ...event, sequences: [1] });
    again.close();
  });

  it('numbers what it applies, and goes on after it was opened anew', () => {
    const store = new Store(file);
    store.write(event);
    store.write({ ...event, uid: 'u2' });
    store.close();
    const again = new Store(file);
    again.write({ ...event, uid: 'u3' });
    expect(['u1', 'u2', 'u3'].map((uid) => again.read('ann', uid)?.sequences)).to.deep.equal([[1], [2], [3]]);
    again.close();
  });

  it('shows a write that was applied twice, at once or later', () => {
    const store = new Store(file);
    store.write(event, 2);
    store.write({ ...event, summary: 'Coffee' });
    expect(store.read('ann', 'u1')).to.deep.equal({ ...event, summary: 'Coffee', sequences: [1, 2, 3] });
    store.close();
  });

  it('keeps calendars apart and knows what it does not have', () => {
    const store = new Store(file);
    store.write(event);
    expect(store.read('bob', 'u1')).to.equal(undefined);
    expect(store.read('ann', 'u2')).to.equal(undefined);
    store.close();
  });

  it('applies nothing of a write that fails, and goes on', () => {
    const store = new Store(file);
    expect(() => store.write({ ...event, summary: null as unknown as string })).to.throw();
    expect(store.read('ann', 'u1')).to.equal(undefined);
    store.write(event);
    expect(store.read('ann', 'u1')?.sequences).to.deep.equal([1]);
    store.close();
  });

  it('waits for the disk with every commit', () => {
    new Store(file).close();
    const database = new DatabaseSync(file);
    expect(database.prepare('PRAGMA journal_mode').get()).to.deep.include({ journal_mode: 'wal' });
    database.close();
  });

  for (const afterWrites of [1, 20, 75]) {
    it(`loses no acknowledged write when its process is killed after ${afterWrites}`, async () => {
      const program = new URL('storing-process.ts', import.meta.url).pathname;
      const writer = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
      const acknowledged: string[] = [];
      for await (const line of createInterface({ input: writer.stdout })) {
        acknowledged.push(line);
        if (acknowledged.length === afterWrites) writer.kill('SIGKILL');
      }
      expect(acknowledged.length).to.be.at.least(afterWrites);
      const store = new Store(file);
      for (const uid of acknowledged) expect(store.read('ann', uid)?.sequences, uid).to.have.length(1);
      store.close();
    });
  }
});
