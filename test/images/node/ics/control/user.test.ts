import { expect } from 'chai';
import { nameIn } from '../../../../../images/node/ics/control/found.ts';
import { commandOf, numberIn, userOf } from '../../../../../images/node/ics/control/user.ts';
import { PROCESSES } from '../../../../../images/node/ics/program.ts';
import { settingsOf } from '../../../../../images/node/ics/settings.ts';

const base = '/opt/SUNWics5/cal';
const user = { name: 'icsuser', uid: 6300, gid: 6301 };
const command = (name: (typeof PROCESSES)[number], self: number, httpPort: number) =>
  commandOf(name, base, { node: '/usr/bin/node', self, user, httpPort });

describe("the command of a server's process", () => {
  it("becomes the user's, and only cshttpd and its watcher may take a low port", () => {
    for (const name of PROCESSES) {
      const words = command(name, 0, 80);
      expect(words.slice(0, 3), name).to.deep.equal(['setpriv', '--reuid=6300', '--regid=6301']);
      expect(words.slice(-3), name).to.deep.equal(['/usr/bin/node', `${base}/lib/${name}.ts`, base]);
      const may = ['cshttpd', 'watcher'].includes(name);
      expect(words.includes('--ambient-caps=+net_bind_service'), name).to.equal(may);
    }
  });

  it('takes no privilege for a port that anybody may have', () => {
    for (const name of PROCESSES) expect(command(name, 0, 8080).join(' ')).to.not.include('caps');
  });

  it('of the watcher drops its privilege for all but cshttpd', () => {
    expect(command('csstored', 6300, 80)).to.include('--ambient-caps=-net_bind_service');
    expect(command('cshttpd', 6300, 80)[0]).to.equal('/usr/bin/node');
    expect(command('csstored', 6300, 8080)[0]).to.equal('/usr/bin/node');
  });

  it('is recognised, behind setpriv and without it, and that of another instance is not', () => {
    for (const name of PROCESSES) {
      expect(nameIn(command(name, 0, 80), base)).to.equal(name);
      expect(nameIn(command(name, 6300, 8080), base)).to.equal(name);
      expect(nameIn(command(name, 0, 80), '/opt/Node2/SUNWics5/cal')).to.equal(undefined);
    }
    expect(nameIn(['vi', `${base}/lib/cshttpd.ts`], base)).to.equal(undefined);
  });
});

describe('the user of the processes', () => {
  const settings = (name: string, group: string) =>
    settingsOf(
      new Map([
        ['local.user', name],
        ['local.group', group],
      ]),
    );

  it('must exist, and be who runs the command unless that is root', () => {
    expect(() => userOf(settings('no-such-user', 'root'))).to.throw(/user no-such-user does not exist/);
    expect(() => userOf(settings('root', 'no-such-group'))).to.throw(/group no-such-group does not exist/);
    expect(() => userOf(settings('root', 'root'), 1000)).to.throw(/only the superuser and root/);
    expect(userOf(settings('root', 'root'), 0)).to.deep.equal({ name: 'root', uid: 0, gid: 0 });
  });

  it('is looked up by the whole name', () => {
    const passwd = 'icsuser2:x:7:7::/:\nicsuser:x:6300:6300::/:\nbroken:x::\n';
    expect(numberIn(passwd, 'icsuser')).to.equal(6300);
    expect(numberIn(passwd, 'ics')).to.equal(undefined);
    expect(numberIn(passwd, 'broken')).to.equal(undefined);
  });
});
