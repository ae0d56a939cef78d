/** Logins against a real LDAP server: what it says, what it is tricked with, and what happens while it cannot be asked. */
import { expect } from 'chai';
import type { Contained } from '../../harness/containers/contained.ts';
import { DIRECTORY_CONTENT, USER } from '../../harness/directory.ts';
import { directoryKilled, directorySilent } from '../../harness/faults/directory-outage.ts';
import type { Fault } from '../../harness/faults/fault.ts';
import { faultsOf, verifyFault } from '../../harness/faults/verification.ts';
import { ofKind } from '../../harness/timeline.ts';
import { setUpCommands, topologies } from '../../harness/topology.ts';
import { LiveCluster } from '../helpers/live-cluster.ts';
import { WcapUser } from '../helpers/wcap-user.ts';

const [asymmetric] = topologies;
if (asymmetric === undefined) throw new Error('there is no topology');
const { suffix, manager, users } = DIRECTORY_CONTENT;
const [OK, FAILED, DENIED, MISSING] = [0, 1, 28, 41];
const [SOCKET, DSSETUP] = [
  'ldapi://%2Fvar%2Fopt%2Fmps%2Fserverroot%2Fslapd-directory%2Fldapi',
  '/opt/SUNWcomds/sbin/comm_dssetup.pl',
];
const AS_MANAGER = `-x -H ${SOCKET} -D '${manager.dn}' -w '${manager.password}'`;

/** On a node: what its own programs say of names and passwords, by the settings given. */
const ASK = `
  const ics = '/opt/ha-drills/images/node/ics';
  const { directoryOf } = await import(ics + '/directory/authenticate.ts');
  const { settingsOf } = await import(ics + '/settings.ts');
  const [conf, pairs] = process.argv.slice(1).map((text) => JSON.parse(text));
  const directory = directoryOf(settingsOf(new Map(Object.entries(conf))));
  const answers = [];
  for (const [user, password] of pairs) answers.push(await directory.authenticate(user, password).catch(String));
  console.log(JSON.stringify(answers));
`;

describe('directory', function () {
  this.timeout(300_000);
  let cluster: LiveCluster;
  let user: WcapUser;
  let directory: Contained;
  const { group } = asymmetric.services[0] ?? { group: '' };

  before(async () => {
    cluster = await LiveCluster.start({ topology: asymmetric });
    await cluster.ok('Node1', ...setUpCommands(asymmetric));
    const { plan, directory: found } = cluster.assembly;
    if (found === undefined) throw new Error('the cluster has no directory');
    directory = found;
    const [service] = asymmetric.services;
    const address = service === undefined ? '' : plan.logicalAddress(service);
    user = new WcapUser(await cluster.beside('user', ['sleep', 'infinity']), address);
    await cluster.until('the load is served', () => written() > 20);
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  /** Writes of the load that were acknowledged, and planned after `sinceMs` on the run's clock. */
  const written = (sinceMs = 0) =>
    ofKind(cluster.recorder.events, 'operation').filter(
      ({ operation, outcome, service, plannedMs = 0 }) =>
        operation === 'write' && outcome === 'ok' && service === group && plannedMs >= sinceMs,
    ).length;

  async function onDirectory(command: string, on = directory): Promise<{ exit: number; output: string }> {
    return await on.run(['sh', '-c', command]);
  }

  async function asked(
    pairs: readonly (readonly [string, string])[],
    more: Record<string, string> = {},
  ): Promise<string[]> {
    const read = await cluster.ok('Node1', 'grep authldap /cal/config/ics.conf');
    const lines = [...read.matchAll(/^(\S+)\s*=\s*"(.*)"/gm)].map(([, name, value]) => [name, value]);
    const conf = { ...Object.fromEntries(lines), ...more };
    const words = [JSON.stringify(conf), JSON.stringify(pairs)];
    const { exit, output } = await cluster
      .node('Node1')
      .run(['node', '--input-type=module', '-e', ASK, ...words]);
    if (exit !== 0) throw new Error(output);
    return JSON.parse(output) as string[];
  }

  it('lets in who is in it with a calendar and the right password, and nobody else', async () => {
    for (const { uid, password, calendar } of users) {
      expect((await user.login(uid, password)).errno, uid).to.equal(calendar ? OK : DENIED);
      expect((await user.login(uid, `${password}x`)).errno, uid).to.equal(DENIED);
    }
    expect((await user.login('nobody', 'x')).errno).to.equal(DENIED);
    expect((await user.login(USER.user, '')).errno).to.be.oneOf([DENIED, MISSING]);
  });

  it('is what decides: a password changed in it, a user barred in it', async () => {
    const [, john] = users;
    const dn = `uid=${john?.uid},ou=People,${suffix}`;
    const { exit, output } = await onDirectory(`ldappasswd ${AS_MANAGER} -s changed '${dn}'`);
    expect(exit, output).to.equal(0);
    expect((await user.login(john?.uid ?? '', john?.password ?? '')).errno).to.equal(DENIED);
    expect((await user.login(john?.uid ?? '', 'changed')).errno).to.equal(OK);
    await modified(`dn: ${dn}\nchangetype: modify\nreplace: icsStatus\nicsStatus: inactive\n`);
    expect((await user.login(john?.uid ?? '', 'changed')).errno).to.equal(DENIED);
  });

  it('is asked for the very name that was typed, whatever is in it', async () => {
    const { user: name, password } = USER;
    const right: [string, string][] = [[name, password]];
    const tricks: [string, string][] = [
      ['*', password],
      ['cal*', password],
      [`*)(uid=${name}`, password],
      [`${name})(|(uid=*`, password],
      [`${name})(objectClass=*))(|(a=b`, password],
      ['\\63almaster', password],
      [`${name}\0`, password],
      [`${name} `, password],
      [` ${name}`, password],
      ['x'.repeat(2000), password],
      [`${name},ou=People,${suffix}`, password],
      [name, '*'],
      [name, `${password}\0`],
      [name, 'p'.repeat(20_000)],
    ];
    expect(await asked(right)).to.deep.equal(['ok']);
    expect(await asked(tricks)).to.deep.equal(tricks.map(() => 'denied'));
  });

  it('that takes a login without a password for one of nobody lets nobody in without one', async () => {
    await modified('dn: cn=config\nchangetype: modify\nadd: olcAllows\nolcAllows: bind_anon_dn\n');
    const dn = `uid=${USER.user},ou=People,${suffix}`;
    const whoami = await onDirectory(`ldapwhoami -x -H ${SOCKET} -D '${dn}' -w ''`);
    expect(whoami.output.trim(), 'the directory says yes').to.equal('anonymous');
    expect(await asked([[USER.user, '']])).to.deep.equal(['denied']);
  });

  it('that is not prepared says so; comm_dssetup.pl prepares it, and a second time changes nothing', async () => {
    const address = cluster.assembly.plan.directoryAddress.replace(/\d+$/, '6');
    const bare = await cluster.bareDirectory(address);
    const there = { 'local.authldaphost': address };
    const pair = [[USER.user, USER.password]] as const;
    const [unprepared = ''] = await asked(pair, there);
    expect(unprepared).to.match(/^DirectoryDown: .*icsCalendarUser: run comm_dssetup\.pl/);

    const silent = '-i yes -R yes -c /var/opt/mps/serverroot -d slapd-directory -s yes -b yes -t 2';
    const tool = `${DSSETUP} ${silent} -D '${manager.dn}'`;
    const trial = await onDirectory(`${tool} -u ${suffix} -w '${manager.password}' -m no`, bare);
    expect(trial.output).to.match(/Nothing was changed/);
    expect(await asked(pair, there), 'after -m no').to.deep.equal([unprepared]);

    const first = await onDirectory(`${tool} -u ${suffix} -w '${manager.password}' -m yes`, bare);
    expect(first, first.output).to.include({ exit: 0 });
    for (const word of ['icsCalendarUser', 'icsCalendarOwned (pres,eq,sub)', 'calendar domain', 'Successful'])
      expect(first.output).to.include(word);
    const config = 'slapcat -F /var/opt/mps/serverroot/slapd-directory/slapd.d -n 0';
    const prepared = await onDirectory(config, bare);
    const second = await onDirectory(`${tool} -u ${suffix} -w '${manager.password}' -m yes`, bare);
    expect(second, second.output).to.include({ exit: 0 });
    expect(second.output).to.include('Nothing to change');
    expect((await onDirectory(config, bare)).output, 'configuration').to.equal(prepared.output);

    // Of schema, indexes and configuration one thing each is lost.
    const schema = await onDirectory(
      `ldapsearch -LLL ${AS_MANAGER} -b cn=schema,cn=config '(cn=*ics)' dn`,
      bare,
    );
    const [, schemaDn = ''] = /^dn: (.*)$/m.exec(schema.output) ?? [];
    const gone = [
      `dn: ${schemaDn}\nchangetype: modify\ndelete: olcObjectClasses\nolcObjectClasses: {2}\n`,
      'dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\ndelete: olcDbIndex\nolcDbIndex: uid eq\n',
      `dn: ou=Groups,${suffix}\nchangetype: delete\n`,
    ];
    await modified(gone.join('\n'), bare);
    const third = await onDirectory(`${tool} -u ${suffix} -w '${manager.password}' -m yes`, bare);
    expect(third.output).to.match(/^Schema: adding icsCalendarGroup$/m);
    expect(third.output).to.match(/^Indexes: adding uid \(eq\)$/m);
    expect(third.output).to.match(/^Configuration: adding ou=Groups for groups$/m);
    expect(third, third.output).to.include({ exit: 0 });

    expect(await asked(pair, there), 'nobody has a calendar yet').to.deep.equal(['denied']);
    const grant = 'changetype: modify\nadd: objectClass\nobjectClass: icsCalendarUser\n';
    await modified(`dn: uid=${USER.user},ou=People,${suffix}\n${grant}`, bare);
    expect(await asked(pair, there)).to.deep.equal(['ok']);

    for (const [wrong, says] of [
      [`-u o=elsewhere -w '${manager.password}'`, `suffix o=elsewhere does not exist .* it has ${suffix}`],
      [`-u ${suffix} -w wrong`, 'refuses the Directory Manager'],
      [`-u ${suffix} -w '${manager.password}' -d slapd-other`, 'no Directory Server instance .*slapd-other'],
    ]) {
      const { exit, output } = await onDirectory(`${tool} -m yes ${wrong}`, bare);
      expect(exit, output).to.equal(1);
      expect(output).to.match(new RegExp(says ?? ''));
    }
    await onDirectory('pkill -KILL slapd', bare);
    const down = await onDirectory(`${tool} -m yes -u ${suffix} -w x`, bare);
    expect(down, down.output).to.include({ exit: 1 });
    expect(down.output).to.match(/cannot be asked .* does not answer/);
  });

  it('comm_dssetup.pl asks for what it needs when it is given nothing', async () => {
    const answers = ['y', '', '', manager.dn, manager.password, '', suffix, '', '', '', '', ''];
    const { exit, output } = await onDirectory(`printf '${answers.join('\\n')}\\n' | ${DSSETUP}`);
    expect(exit, output).to.equal(0);
    expect(output)
      .to.match(/\[1\] slapd-directory/)
      .and.include('Nothing to change');
    const short = await onDirectory(`printf 'y\\n' | ${DSSETUP}`);
    expect(short).to.include({ exit: 1 });
    expect(short.output).to.match(/answers ended .* nothing was changed/);
  });

  for (const [how, fault, says] of [
    ['silent', directorySilent(), /timed out|timeout|EHOSTUNREACH/i],
    ['killed', directoryKilled(), /ECONNREFUSED/],
  ] as [string, Fault, RegExp][]) {
    it(`${how}: logins fail and say why, sessions go on; once it is back they succeed, with nothing restarted`, async () => {
      const id = await user.session(USER.user, USER.password);
      const processes = cluster.witnessed('Node1').commands.join('\n');
      await cluster.strike(fault);
      const told = () => faultsOf(cluster.recorder.events).find(({ name }) => name === fault.name);
      await cluster.until(
        `the effect of ${fault.name}`,
        () => verified().verified,
        () => verified().detail,
      );
      function verified() {
        const found = told();
        return found ? verifyFault(cluster.recorder.events, found) : { verified: false, detail: 'untold' };
      }
      const sinceMs = told()?.completeMs ?? 0;

      const refused = await user.login(USER.user, USER.password);
      expect(refused.errno, refused.body).to.equal(FAILED);
      // Folded lines of iCalendar put together again.
      expect(refused.body.replace(/\r?\n /g, ''))
        .to.match(/directory-down: nobody can say/)
        .and.not.to.match(/ldap:|uid=/);
      expect(await cluster.ok('Node1', 'cat /var/run/ics.opt.SUNWics5.cal/cshttpd.log')).to.match(says);
      const wrong = await user.login(USER.user, 'wrong');
      expect(wrong.errno, 'nobody can say that it is wrong').to.equal(FAILED);

      const event = { id, calid: USER.user, uid: `during-${how}`, summary: 'x' };
      const times = { dtstart: '20261121T090000Z', dtend: '20261121T100000Z' };
      expect((await user.call('storeevents', { ...event, ...times })).errno).to.equal(OK);
      const read = await user.call('fetchevents_by_id', { id, calid: USER.user, uid: event.uid });
      expect(read.errno).to.equal(OK);
      expect(read.body).to.include(event.uid);
      await cluster.until('the load goes on', () => written(sinceMs) > 20);

      await cluster.hands.directoryBack();
      const back = await user.login(USER.user, USER.password);
      expect(back.errno, back.body).to.equal(OK);
      expect(cluster.witnessed('Node1').commands.join('\n')).to.equal(processes);
    });
  }

  async function modified(ldif: string, on = directory): Promise<void> {
    const text = `printf '%s' '${ldif}' | ldapmodify ${AS_MANAGER}`;
    const { exit, output } = await onDirectory(text, on);
    expect(exit, output).to.equal(0);
  }
});
