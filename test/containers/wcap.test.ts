/** The calendar service as programs see it that know nothing of it: curl, two readers of iCalendar, one of XML. */
import { expect } from 'chai';
import type { Contained } from '../../harness/containers/contained.ts';
import { DIRECTORY_CONTENT } from '../../harness/directory.ts';
import { setUpCommands, topologies } from '../../harness/topology.ts';
import { LiveCluster } from '../helpers/live-cluster.ts';

const [asymmetric] = topologies;
const service = asymmetric?.services[0];
const john = DIRECTORY_CONTENT.users.find(({ uid }) => uid === 'jdoe');
const marta = DIRECTORY_CONTENT.users.find(({ uid }) => uid === 'mmustermann');
if (asymmetric === undefined || service === undefined || john === undefined || marta === undefined)
  throw new Error('the topology has no service, or the directory no users');

const topology = {
  ...asymmetric,
  packages: [...asymmetric.packages, 'curl', 'libxml2-utils', 'python3-icalendar', 'python3-vobject'],
};

/** Python, of a reply: what two libraries read, and that one of them finds nothing to complain of. */
const READ_CALENDAR = `
import sys, json, icalendar, vobject
body = sys.stdin.buffer.read()
calendar = icalendar.Calendar.from_ical(body)
events = calendar.walk('VEVENT')
other = vobject.readOne(body.decode('utf-8'))
if events:
    other.validate(raiseException=True)
print(json.dumps({
    'errno': str(calendar.get('X-NSCP-WCAP-ERRNO')),
    'session': str(calendar.get('X-NSCP-WCAP-SESSION-ID', '')),
    'problem': str(calendar.get('X-ICS-PROBLEM', '')),
    'errors': [str(e) for event in events for e in event.errors],
    'octets': max(len(line) for line in body.split(b'\\r\\n')),
    'events': [{
        'uid': str(event['UID']), 'summary': str(event['SUMMARY']), 'applied': str(event['X-ICS-APPLIED']),
        'dtstart': event.decoded('DTSTART').isoformat(), 'dtend': event.decoded('DTEND').isoformat(),
        'stamped': event.decoded('DTSTAMP').isoformat(),
        'alarms': [alarm.decoded('TRIGGER').isoformat() for alarm in event.walk('VALARM')],
    } for event in events],
    'summaries': [event.summary.value for event in other.contents.get('vevent', [])],
}))`;

/** Python's own reader of XML. */
const READ_XML = `
import sys, json, xml.etree.ElementTree as tree
space = '{urn:ietf:params:xml:ns:icalendar-2.0}'
root = tree.fromstring(sys.stdin.buffer.read())
said = lambda name: [''.join(one.itertext()) for one in root.iter(space + name)]
print(json.dumps({name: said(name) for name in
    ['x-nscp-wcap-errno', 'x-nscp-wcap-session-id', 'uid', 'summary', 'description', 'dtstart', 'trigger', 'script']}))`;

interface Read {
  errno: string;
  session: string;
  problem: string;
  errors: string[];
  octets: number;
  events: {
    uid: string;
    summary: string;
    applied: string;
    dtstart: string;
    dtend: string;
    stamped: string;
    alarms: string[];
  }[];
  summaries: string[];
}

/** Texts with which readers and writers of the two formats have trouble. */
const HOSTILE: Record<string, string> = {
  commas: 'Tea, coffee; cake: \\ and "more"',
  escapes: 'C:\\new is no line break, \\; and \\, are no separators',
  lines: 'first\nsecond\n\nfourth\n END:VEVENT\nEND:VCALENDAR',
  emoji: '🐧🍰 naïve — 日本語 عربى e\u0301 👩‍👩‍👧 \u200Fright to left',
  tags: ']]> <script>alert("1")</script> &amp; &#0; <![CDATA[ --> <?xml?>',
  ...Object.fromEntries(
    [64, 65, 66, 67, 68, 74, 75, 76, 140, 141, 142].flatMap((length) => [
      [`ascii-${length}`, 'x'.repeat(length)],
      [`wide-${length}`, `${'x'.repeat(length - 2)}🐧é,;\n`],
    ]),
  ),
  blanks: '  before and after\tand between  ',
  longest: 'ü'.repeat(1024),
};

/** Debian 12's python3-icalendar (4.0.3) takes an escaped backslash before an n for a line break; the other does not. */
const MISREAD = 'escapes';

const times = { dtstart: '20261121T090000Z', dtend: '20261121T100000Z' };

describe('WCAP and programs that nobody here wrote', function () {
  this.timeout(300_000);
  let cluster: LiveCluster;
  let user: Contained;
  let base = '';
  before(async () => {
    cluster = await LiveCluster.start({ topology });
    await cluster.ok('Node1', ...setUpCommands(topology));
    user = await cluster.beside('user', ['sleep', 'infinity']);
    for (const [name, text] of [
      ['read-calendar.py', READ_CALENDAR],
      ['read-xml.py', READ_XML],
    ] as const)
      await user.run(['sh', '-c', 'printf "%s" "$1" >"/tmp/$2"', 'sh', text, name]);
    base = `http://${cluster.assembly.plan.logicalAddress(service)}`;
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  /** One call; its reply is then in /tmp/reply for what reads it. */
  async function called(curl: string[], reading: string): Promise<unknown> {
    const { exit, output } = await user.run([
      ...['sh', '-c', `curl -sS --fail "$@" >/tmp/reply && ${reading}`, 'sh'],
      ...curl,
    ]);
    if (exit !== 0) throw new Error(`curl ${curl.join(' ')}: status ${exit}: ${output}`);
    return JSON.parse(output);
  }

  /** As curl sends them: in the address, or as a form. */
  function words(command: string, parameters: Record<string, string>, post: boolean): string[] {
    const data = Object.entries(parameters).flatMap(([name, value]) => [
      '--data-urlencode',
      `${name}=${value}`,
    ]);
    return [...(post ? [] : ['--get']), ...data, `${base}/${command}.wcap`];
  }

  const calendar = async (command: string, parameters: Record<string, string>, post = false) =>
    (await called(words(command, parameters, post), 'python3 /tmp/read-calendar.py </tmp/reply')) as Read;

  const xml = async (command: string, parameters: Record<string, string>, post = false) =>
    (await called(
      words(command, { ...parameters, 'fmt-out': 'text/xml' }, post),
      'xmllint --noout /tmp/reply && python3 /tmp/read-xml.py </tmp/reply',
    )) as Record<string, string[]>;

  for (const post of [false, true]) {
    it(`a user's day in ${post ? 'forms' : 'addresses'}, from login to logout`, async () => {
      const { uid, password } = post ? marta : john;
      const { session, errno } = await calendar('login', { user: uid, password }, post);
      expect(errno).to.equal('0');
      const mine = { id: session, calid: uid };
      const [name, alarmed] = [`day-${post}`, `day-${post}-alarm`];
      const event = { ...mine, ...times, summary: 'Tea' };
      expect((await calendar('storeevents', { ...event, uid: name }, post)).errno).to.equal('0');
      const withAlarm = { ...event, uid: alarmed, alarmStart: '-PT15M', dtend: '20261121T110000Z' };
      expect((await calendar('storeevents', withAlarm, post)).errno).to.equal('0');

      const fetched = await calendar('fetchevents_by_id', { ...mine, uid: `${name};${alarmed}` }, post);
      expect(fetched.events.map(({ stamped, applied, ...rest }) => rest)).to.deep.equal([
        {
          uid: name,
          summary: 'Tea',
          dtstart: '2026-11-21T09:00:00+00:00',
          dtend: '2026-11-21T10:00:00+00:00',
          alarms: [],
        },
        {
          ...{
            uid: alarmed,
            summary: 'Tea',
            dtstart: '2026-11-21T09:00:00+00:00',
            dtend: '2026-11-21T11:00:00+00:00',
          },
          alarms: ['2026-11-21T08:45:00+00:00'],
        },
      ]);
      for (const { stamped, applied } of fetched.events) {
        expect(stamped).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
        expect(applied).to.match(/^\d+$/);
      }
      const range = { ...mine, dtstart: '20261121T103000Z', dtend: '20261121T120000Z' };
      const inRange = await calendar('fetchcomponents_by_range', range, post);
      expect(inRange.events.map(({ uid }) => uid)).to.deep.equal([alarmed]);

      expect((await calendar('deleteevents_by_id', { ...mine, uid: name }, post)).errno).to.equal('0');
      expect((await calendar('fetchevents_by_id', { ...mine, uid: name }, post)).errno).to.equal('59');
      expect((await calendar('check_id', { id: session }, post)).errno).to.equal('0');
      expect((await calendar('ping', { id: session }, post)).errno).to.equal('28');
      expect(
        (await calendar('fetchevents_by_id', { ...mine, calid: 'calmaster', uid: name }, post)).errno,
      ).to.equal('28');
      expect(
        (await calendar('fetchevents_by_id', { ...mine, calid: 'guest', uid: name }, post)).errno,
      ).to.equal('29');
      expect((await calendar('logout', { id: session }, post)).errno).to.equal('-1');
      expect((await calendar('check_id', { id: session }, post)).errno).to.equal('1');
    });
  }

  it('the same in XML', async () => {
    const login = await xml('login', { user: john.uid, password: john.password });
    const [id = ''] = login['x-nscp-wcap-session-id'] ?? [];
    const mine = { id, calid: john.uid, uid: 'in-xml' };
    expect(
      (await xml('storeevents', { ...mine, ...times, summary: 'Tea', alarmStart: '-PT15M' }))[
        'x-nscp-wcap-errno'
      ],
    ).to.deep.equal(['0']);
    const { summary, dtstart, trigger } = await xml('fetchevents_by_id', mine);
    expect([summary, dtstart, trigger]).to.deep.equal([
      ['Tea'],
      ['2026-11-21T09:00:00Z'],
      ['2026-11-21T08:45:00Z'],
    ]);
    expect((await xml('fetchcomponents_by_range', { id, calid: john.uid, ...times }))['uid']).to.include(
      'in-xml',
    );
    expect((await xml('deleteevents_by_id', mine))['x-nscp-wcap-errno']).to.deep.equal(['0']);
    expect((await xml('logout', { id }))['x-nscp-wcap-errno']).to.deep.equal(['-1']);
  });

  it('summaries of every kind are read as they were written, in both formats', async () => {
    const { session } = await calendar('login', { user: john.uid, password: john.password });
    const mine = { id: session, calid: john.uid };
    for (const [uid, summary] of Object.entries(HOSTILE)) {
      const { errno, problem } = await calendar('storeevents', { ...mine, ...times, uid, summary }, true);
      expect(errno, `${uid}: ${problem}`).to.equal('0');
    }
    const all = { ...mine, ...times };
    const { events, summaries, octets, errors } = await calendar('fetchcomponents_by_range', all);
    expect([octets, errors]).to.deep.equal([75, []]);
    const one = Object.fromEntries(events.map(({ uid, summary }) => [uid, summary]));
    const other = Object.fromEntries(events.map(({ uid }, index) => [uid, summaries[index]]));
    expect(other).to.deep.include(HOSTILE);
    expect({ ...one, [MISREAD]: HOSTILE[MISREAD] }).to.deep.include(HOSTILE);
    const { uid = [], summary = [], script } = await xml('fetchcomponents_by_range', all);
    expect(Object.fromEntries(uid.map((name, index) => [name, summary[index]]))).to.deep.include(HOSTILE);
    expect(script).to.deep.equal([]);
  });

  it('is served at the logical address and at no other of the node', async () => {
    expect((await user.run(['curl', '-sS', '--fail', `${base}/ping`])).output).to.equal('ok\n');
    const own = await cluster.ok('Node1', 'ip -4 -o addr show | awk \'{sub("/.*", "", $4); print $4}\'');
    const others = own.split('\n').filter((address) => address !== '' && !base.endsWith(`//${address}`));
    expect(others).to.include('127.0.0.1').and.to.have.length.above(1);
    for (const address of others) {
      const { exit, output } = await cluster.on('Node1', `curl -sS http://${address}/ping`);
      expect(exit, `${address}: ${output}`).to.equal(7);
    }
  });
});
