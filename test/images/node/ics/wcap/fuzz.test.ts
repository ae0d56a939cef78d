/** Requests of every kind to the server as it is: it answers each or closes, it lives, and says nothing unescaped. */
import { connect } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { create } from 'xmlbuilder2';
import { after as later } from '../../../../../harness/clock.ts';
import { LONGEST_PARAMETER } from '../../../../../images/node/ics/wcap/parameters.ts';
import { unsayable, withPlainBreaks } from '../../../../../images/node/ics/wcap/text.ts';
import { type WcapServer, wcapServer } from '../../../../helpers/wcap-server.ts';

const PATIENCE_MS = 10_000;
const RUNS = Number(process.env['WCAP_FUZZ'] ?? 300);
const COMMANDS = [
  'login',
  'check_id',
  'logout',
  'ping',
  'storeevents',
  'fetchevents_by_id',
  'fetchcomponents_by_range',
  'deleteevents_by_id',
];
const NAMES = [
  'id',
  'user',
  'password',
  'calid',
  'uid',
  'dtstart',
  'dtend',
  'summary',
  'alarmStart',
  'maxresults',
  'fmt-out',
  '__proto__',
  'other',
];

const hostile = fc.constantFrom(
  ...[
    ']]>',
    '<script>alert(1)</script>',
    '"',
    "'",
    '&',
    '%',
    '%zz',
    '%00',
    '\0',
    '\r\n',
    'a\r\nX-ICS-PROBLEM:forged',
  ],
  ...[
    'END:VEVENT',
    '\\',
    '\\n',
    ';',
    ',',
    ':',
    '-PT15M',
    'P99999999W',
    '20261121T090000Z',
    '20261121T100000Z',
  ],
  ...[
    'text/xml',
    'text/calendar',
    'ann',
    'bob',
    'calmaster',
    'secret',
    'u1',
    'a'.repeat(75),
    'é'.repeat(40),
    '🐧'.repeat(20),
  ],
  ...[
    'x'.repeat(LONGEST_PARAMETER),
    'x'.repeat(LONGEST_PARAMETER + 1),
    '\u0085',
    '\u2028',
    '\uFEFF',
    '\uFFFE',
    '',
  ],
);
const value = fc.oneof(
  hostile,
  fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
  fc.array(hostile, { maxLength: 6, size: 'max' }).map((parts) => parts.join('')),
);
const encoded = value.map((text) => {
  const plain = text.toWellFormed();
  return encodeURIComponent(plain);
});
const pairs = fc.array(
  fc.tuple(fc.constantFrom(...NAMES), fc.oneof(encoded, fc.string({ maxLength: 20, size: 'max' }))),
  {
    maxLength: 12,
    size: 'max',
  },
);
const form = pairs.map((all) => all.map(([name, text]) => `${name}=${text}`).join('&'));

/** What a server sends until it closes; undefined when it does neither within the patience. */
function exchange(port: number, request: Buffer): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    const cancel = later(PATIENCE_MS, () => {
      resolve(undefined);
      socket.destroy();
    });
    socket.on('data', (piece) => {
      received += piece.toString('utf8');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      cancel();
      resolve(received);
    });
    socket.end(request);
  });
}

/** Replies one after another, or nothing. */
const REPLIES = /^(HTTP\/1\.1 \d{3} [^\r\n]*\r\n(?:[\w-]+: [^\r\n]*\r\n)+\r\n[\s\S]*)*$/;

function bodyOf(text: string): { type: string; body: string } {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { type: /^content-type: ([^;\r]*)/im.exec(head)?.[1] ?? '', body: rest.join('\r\n\r\n') };
}

/** What comes back as one of the two formats is one, and no text of a client has become a part of it. */
function judge(text: string): void {
  expect(text).to.match(REPLIES);
  const { type, body } = bodyOf(text);
  if (text === '') return;
  expect(text).to.match(/^x-ics-instance: cal1\r$/m);
  if (body === '') return;
  if (type === 'text/calendar') {
    const read = new ICAL.Component(ICAL.parse(body) as unknown[]);
    expect(read.getAllProperties('x-nscp-wcap-errno')).to.have.length(1);
    expect(read.getAllProperties('x-ics-problem').length).to.be.at.most(1);
    for (const line of body.split('\r\n')) {
      expect(Buffer.byteLength(line)).to.be.at.most(75);
      expect(line).to.not.match(/[^\P{Cc}\t]/u);
    }
  } else if (type === 'text/xml') {
    create({ skipWhitespaceOnlyText: false }, body);
    expect(body).to.not.match(/<script|\]\]>|[^\P{Cc}\t\n]/u);
  } else {
    expect(type).to.equal('text/plain');
  }
}

describe('WCAP under requests of every kind', function () {
  this.timeout(180_000);
  let server: WcapServer;
  let id = '';
  before(async () => {
    server = await wcapServer({}, { limits: { headersMs: 2000, requestMs: 2000 } });
    id = await server.login('ann');
  });
  after(() => server.stop());
  afterEach(async () => {
    expect(server.problems).to.deep.equal([]);
    expect((await server.call('check_id', { id: 'x' })).status, 'the server lives').to.equal(200);
  });

  const sent = async (request: string | Buffer) => {
    const text = await exchange(server.port, Buffer.from(request));
    expect(text, 'neither a reply nor an end').to.not.equal(undefined);
    judge(text ?? '');
    return text ?? '';
  };

  it('bytes of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400, size: 'max' }),
        async (bytes) => void (await sent(Buffer.from(bytes))),
      ),
      { numRuns: RUNS },
    );
  });

  it('requests with something wrong anywhere', async () => {
    const request = fc.record({
      method: fc.oneof(
        fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'CONNECT', 'get', 'BREW', ''),
        fc.string({ maxLength: 8, size: 'max' }),
      ),
      path: fc.oneof(
        fc.constantFrom(
          ...COMMANDS.map((one) => `/${one}.wcap`),
          '/ping',
          '/',
          '*',
          '//',
          '/../etc/passwd',
          '/ping?',
        ),
        fc.string({ maxLength: 30, size: 'max' }),
      ),
      query: form,
      version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTCPCP/1.0', ''),
      headers: fc.array(
        fc.tuple(
          fc.oneof(
            fc.constantFrom(
              'Host',
              'Content-Length',
              'Transfer-Encoding',
              'Content-Type',
              'Expect',
              'Connection',
              'Upgrade',
            ),
            fc.string({ maxLength: 10, size: 'max' }),
          ),
          fc.oneof(
            fc.constantFrom(
              'x',
              '0',
              '5',
              '-1',
              '99999999999999999999',
              'chunked',
              '100-continue',
              'close',
              'websocket',
              'application/x-www-form-urlencoded',
              'a'.repeat(20_000),
            ),
            fc.string({ maxLength: 30, size: 'max' }),
          ),
        ),
        { maxLength: 6, size: 'max' },
      ),
      end: fc.constantFrom('\r\n', '\n', ''),
      body: form,
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, query, version, headers, end, body }) => {
        const lines = headers.map(([name, text]) => `${name}: ${text}\r\n`).join('');
        await sent(`${method} ${path}?${query} ${version}\r\n${lines}${end}${body}`);
      }),
      { numRuns: RUNS },
    );
  });

  it('commands with parameters of any kind, in the address or in a form', async () => {
    const call = fc.record({
      command: fc.constantFrom(...COMMANDS),
      query: form,
      body: form,
      post: fc.boolean(),
      known: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(call, async ({ command, query, body, post, known }) => {
        const address = `/${command}.wcap?${known ? `id=${id}&` : ''}${query.replace(/[^!-~]/g, '')}`;
        const head = `${post ? 'POST' : 'GET'} ${address} HTTP/1.1\r\nHost: cal\r\nConnection: close\r\n`;
        const type = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
        const text = await sent(post ? `${head}${type}\r\n${body}` : `${head}\r\n`);
        expect(text).to.match(/^HTTP\/1\.1 (200|431) /);
        if (/ERRNO:-1\r/.test(text)) id = await server.login('ann');
      }),
      { numRuns: RUNS },
    );
  });

  it('bodies and heads of any size', async () => {
    const size = fc.constantFrom(0, 1, 1023, 16_000, 16_385, 70_000, 131_072, 131_073, 500_000);
    await fc.assert(
      fc.asyncProperty(size, size, fc.boolean(), async (head, body, chunked) => {
        const line = `POST /check_id.wcap HTTP/1.1\r\nHost: cal\r\nConnection: close\r\nX-A: ${'a'.repeat(head)}\r\n`;
        const type = 'Content-Type: application/x-www-form-urlencoded\r\n';
        const text = 'id=x'.padEnd(body, 'y').slice(0, body);
        const content = chunked
          ? `Transfer-Encoding: chunked\r\n\r\n${body > 0 ? `${body.toString(16)}\r\n${text}\r\n` : ''}0\r\n\r\n`
          : `Content-Length: ${body}\r\n\r\n${text}`;
        const status = /^HTTP\/1\.1 (\d+)/.exec(await sent(`${line}${type}${content}`))?.[1];
        // A client that goes on sending to a server that has refused may find its connection reset before it reads why.
        if (head + 200 <= 16_384 && body <= 131_072) expect(status).to.equal('200');
        else expect(status ?? 'reset').to.be.oneOf(['413', '431', 'reset']);
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
  });

  it('what was stored comes back as it was, in both formats', async () => {
    const ids = value.filter((text) => text !== '' && !/[;\t]/.test(text));
    await fc.assert(
      fc.asyncProperty(ids, value, fc.boolean(), async (uid, summary, post) => {
        const event = {
          id,
          calid: 'ann',
          dtstart: '20261121T090000Z',
          dtend: '20261121T100000Z',
          alarmStart: '-PT5M',
        };
        const stored = await server.call('storeevents', { ...event, uid, summary }, { post });
        const [one, other] = [uid.toWellFormed(), withPlainBreaks(summary.toWellFormed())];
        const fits = (text: string) =>
          text !== '' && !unsayable(text) && [...text].length <= LONGEST_PARAMETER;
        const takes = fits(one) && withPlainBreaks(one) === one && !one.includes('\n') && fits(other);
        expect(stored.errno).to.equal(takes ? 0 : 41);
        if (!takes) return;
        const wanted = { id, calid: 'ann', uid: one };
        const calendar = await server.call('fetchevents_by_id', wanted, { post });
        for (const line of calendar.body.split('\r\n')) expect(Buffer.byteLength(line)).to.be.at.most(75);
        expect(calendar.events.map((found) => [found['uid'], found['summary']])).to.deep.equal([
          [one, other],
        ]);
        const xml = await server.call('fetchevents_by_id', { ...wanted, 'fmt-out': 'text/xml' }, { post });
        const tree = create({ skipWhitespaceOnlyText: false }, xml.body);
        const said = (name: string) =>
          tree.filter(({ node }) => node.nodeName === name, false, true).map(({ node }) => node.textContent);
        expect([said('uid'), said('summary'), said('description')]).to.deep.equal([[one], [other], [other]]);
      }),
      { numRuns: RUNS },
    );
  });
});
