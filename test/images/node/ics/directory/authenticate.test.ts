/** What an instance makes of a directory that cannot be asked. What one says that can: test/containers/directory.test.ts. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { monotonicMs } from '../../../../../images/common/clock.ts';
import { directoryOf } from '../../../../../images/node/ics/directory/authenticate.ts';
import { DirectoryDown } from '../../../../../images/node/ics/directory/directory.ts';
import { placeOf } from '../../../../../images/node/ics/directory/ldap-place.ts';
import { settingsOf } from '../../../../../images/node/ics/settings.ts';

const conf = (more: Record<string, string> = {}) =>
  settingsOf(
    new Map(
      Object.entries({
        'local.authldaphost': '127.0.0.1',
        'local.authldapbasedn': 'dc=example,dc=com',
        'local.authldaptimeout': '1',
        ...more,
      }),
    ),
  );

async function thrownBy(asked: Promise<unknown>): Promise<Error> {
  try {
    await asked;
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('directory that cannot be asked', () => {
  const open = new Set<Socket>();
  let behave: (socket: Socket) => void;
  const server = createServer((socket) => {
    open.add(socket.on('error', () => undefined).on('close', () => open.delete(socket)));
    behave(socket);
  });
  let port: string;
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = String((server.address() as AddressInfo).port);
  });
  after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });

  it('nothing listens: said at once, with address and account', async () => {
    const dn = 'uid=calendar,ou=Services,dc=example,dc=com';
    const account = { 'local.authldapbinddn': dn, 'local.authldapbindcred': 'search' };
    const error = await thrownBy(
      directoryOf(conf({ 'local.authldapport': '1', ...account })).authenticate('ann', 'pw'),
    );
    expect(error).to.be.instanceOf(DirectoryDown);
    expect(error.message).to.include('ldap://127.0.0.1:1').and.include(dn).and.include('ECONNREFUSED');
    expect(error.message).to.not.include('search');
  });

  it('it takes connections and says nothing: said after the time that the settings give it, not before', async () => {
    behave = () => undefined;
    const began = monotonicMs();
    const error = await thrownBy(directoryOf(conf({ 'local.authldapport': port })).authenticate('ann', 'pw'));
    expect(error).to.be.instanceOf(DirectoryDown);
    expect(error.message).to.match(/anonymously \(3000 ms to connect, 1000 ms for an answer\).*timed out/);
    expect(monotonicMs() - began).to.be.at.least(990);
  });

  it('it hangs up, or talks of something else', async () => {
    for (const doing of [
      (socket: Socket) => void socket.end(),
      (socket: Socket) => void socket.destroy(),
      (socket: Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    ]) {
      behave = doing;
      const asked = directoryOf(conf({ 'local.authldapport': port }));
      expect(await thrownBy(asked.authenticate('ann', 'pw'))).to.be.instanceOf(DirectoryDown);
      expect(await thrownBy(asked.knows('ann'))).to.be.instanceOf(DirectoryDown);
    }
  });

  it('no password and no name are denied without asking: LDAP would take them for nobody and say yes', async () => {
    const nobody = directoryOf(conf({ 'local.authldapport': '1' }));
    expect(await nobody.authenticate('ann', '')).to.equal('denied');
    expect(await nobody.authenticate('', 'pw')).to.equal('denied');
    expect(await nobody.knows('')).to.equal(false);
  });
});

describe('place of the directory', () => {
  it('comes from ics.conf, with the defaults for the rest', () => {
    expect(placeOf(conf())).to.deep.include({
      url: 'ldap://127.0.0.1:389',
      base: 'dc=example,dc=com',
      account: null,
      connectTimeoutMs: 3000,
      timeoutMs: 1000,
    });
    expect(placeOf(conf({ 'local.authldapbinddn': ' ' })).account).to.equal(null);
  });

  it('an account needs a password, and users an entry below which they are', () => {
    expect(() => placeOf(conf({ 'local.authldapbinddn': 'uid=x' }))).to.throw('local.authldapbindcred');
    expect(() => placeOf(conf({ 'local.authldapbasedn': '' }))).to.throw('local.authldapbasedn');
  });

  for (const [name, value] of [
    ['local.authldapport', '0'],
    ['local.authldapport', '65536'],
    ['local.authldaptimeout', '0'],
    ['local.authldapconnecttimeout', 'soon'],
  ] as const) {
    it(`${name} cannot be "${value}"`, () => {
      expect(() => conf({ [name]: value })).to.throw(name);
    });
  }
});
