import { expect } from 'chai';
import { DIRECTORY_CONTENT } from '../../../harness/directory.ts';
import type { DirectoryConfig } from '../../../images/directory/config.ts';
import { calendarsLdif, entriesLdif, serverLdif } from '../../../images/directory/content.ts';

const config: DirectoryConfig = { ...DIRECTORY_CONTENT, address: '198.18.0.5', prepared: true };
const hashed = (password: string) => `{SSHA}${Buffer.from(password).toString('hex')}`;
const withUser = (uid: string, name: string): DirectoryConfig => ({
  ...config,
  users: [{ uid, name, password: 'pw', calendar: true }],
});

/** Records of an LDIF text: attribute and value, base64 undone. */
function recordsOf(ldif: string): [string, string][][] {
  return ldif
    .trim()
    .split('\n\n')
    .map((record) =>
      record
        .split('\n')
        .filter((line) => line !== '-')
        .map((line) => {
          const [, name = '', coded, value = ''] = /^([^:]+):(:?) (.*)$/.exec(line) ?? [];
          return [name, coded === ':' ? Buffer.from(value, 'base64').toString() : value];
        }),
    );
}

describe('content of the directory', () => {
  it('has every password hashed only', () => {
    const all = serverLdif('/folder', config, hashed) + entriesLdif(config, hashed) + calendarsLdif(config);
    const decoded = JSON.stringify(recordsOf(all));
    const passwords = [config.manager, config.service, ...config.users].map(({ password }) => password);
    for (const password of passwords) expect(decoded).to.not.include(password);
    expect(recordsOf(entriesLdif(config, hashed)).flat()).to.deep.include([
      'userPassword',
      hashed(config.users[0]?.password ?? ''),
    ]);
  });

  it('knows nothing of calendars before it is prepared, and then of those who have one', () => {
    expect(serverLdif('/folder', config, hashed) + entriesLdif(config, hashed)).to.not.match(/ics/i);
    const dns = recordsOf(calendarsLdif(config)).map(([dn]) => dn?.[1]);
    expect(dns).to.include('uid=calmaster,ou=People,dc=example,dc=com');
    expect(dns).to.have.length(config.users.filter(({ calendar }) => calendar).length);
    expect(dns.join()).to.not.include('uid=guest');
  });

  for (const [uid, name, dn] of [
    ['jdoe', 'John Doe', 'uid=jdoe,'],
    ['a,b+c', ' blank first', 'uid=a\\,b\\+c,'],
    ['jörg', 'Jörg: "x"', 'uid=jörg,'],
    ['#one', 'two\nlines', 'uid=\\#one,'],
    ['x', ':colon', 'uid=x,'],
    ['y', 'trailing ', 'uid=y,'],
  ] as const) {
    it(`says ${JSON.stringify(uid)}, ${JSON.stringify(name)} so that nothing in it is taken for something else`, () => {
      const person = recordsOf(entriesLdif(withUser(uid, name), hashed)).at(-1);
      expect(person?.[0]).to.deep.equal(['dn', `${dn}ou=People,dc=example,dc=com`]);
      expect(person).to.deep.include(['uid', uid]);
      expect(person).to.deep.include(['cn', name]);
    });
  }

  it('refuses a suffix and an account of another form', () => {
    expect(() => entriesLdif({ ...config, suffix: 'o=example' }, hashed)).to.throw('"o=example"');
    const service = { dn: 'cn=search,dc=example,dc=com', password: 'x' };
    expect(() => entriesLdif({ ...config, service }, hashed)).to.throw('begin with uid=');
  });
});
