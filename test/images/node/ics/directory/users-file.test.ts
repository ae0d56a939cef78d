import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DirectoryDown } from '../../../../../images/node/ics/directory/directory.ts';
import { usersFile, usersIn } from '../../../../../images/node/ics/directory/users-file.ts';

describe('users from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ha-drills-users-'));
  const file = join(folder, 'users');
  writeFileSync(file, 'ann:se:cret\nbob:\n# nobody\n\n');
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are a name, a colon and a password that may have colons itself', () => {
    expect([...usersIn('ann:se:cret\r\nbob:x\nnobody\n')]).to.deep.equal([
      ['ann', 'se:cret'],
      ['bob', 'x'],
    ]);
  });

  for (const [user, password, answer] of [
    ['ann', 'se:cret', 'ok'],
    ['ann', 'se', 'denied'],
    ['ann', 'se:creT', 'denied'],
    ['ann', '', 'denied'],
    ['eve', 'se:cret', 'denied'],
    ['Ann', 'se:cret', 'denied'],
  ] as const) {
    it(`${user} with "${password}" is ${answer}`, async () => {
      expect(await usersFile(file).authenticate(user, password)).to.equal(answer);
    });
  }

  it('are known, and others are not', async () => {
    expect(await usersFile(file).knows('bob')).to.equal(true);
    expect(await usersFile(file).knows('eve')).to.equal(false);
  });

  it('cannot be asked when there is no file, which says nothing of the user', async () => {
    const directory = usersFile(join(folder, 'none'));
    for (const ask of [() => directory.authenticate('ann', 'se:cret'), () => directory.knows('ann')]) {
      const error = await ask().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(DirectoryDown);
      expect(String(error)).to.match(/local\.authldaphost/);
    }
  });
});
