import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../../../../harness/clock.ts';
import { messageId, Syslog, syslogLine } from '../../../../images/node/cluster/syslog.ts';

/** Binds a socket as syslogd has it, and prints each datagram on a line. */
const RECEIVER = `use Socket; $| = 1; socket(my $s, AF_UNIX, SOCK_DGRAM, 0); bind($s, sockaddr_un($ARGV[0])) or die;
while (defined recv($s, my $line, 8192, 0)) { print "$line\\n" }`;

describe('syslog', () => {
  const tag = 'SC[SUNW.scics,CAL-RG,cal-rs,ics_svc_start]';

  for (const [severity, format, values, line] of [
    ['debug', 'Groupname %s exists.', ['icsgroup'], '[ID 831728 daemon.debug] Groupname icsgroup exists.'],
    [
      'debug',
      'Username %s %s',
      ['icsuser', 'icsgroup'],
      '[ID 383726 daemon.debug] Username icsuser icsgroup',
    ],
    [
      'debug',
      'ICS_serverroot = %s',
      ['/cal-svr-base'],
      '[ID 244341 daemon.debug] ICS_serverroot = /cal-svr-base',
    ],
    [
      'info',
      'Attempting to start the data service under process monitor facility.',
      [],
      '[ID 833212 daemon.info] Attempting to start the data service under process monitor facility.',
    ],
    [
      'err',
      'Failed to get the configuration info',
      [],
      '[ID 855581 daemon.error] Failed to get the configuration info',
    ],
  ] as const) {
    it(`writes as the guide shows it: ${line}`, () =>
      expect(syslogLine(severity, tag, format, [...values]).replace(/^<\d+>/, '')).to.equal(
        `${tag}: ${line}`,
      ));
  }

  it('gives a message the same number whatever its values, and others another one', () => {
    const number = (format: string, ...values: string[]) =>
      /ID (\d+)/.exec(syslogLine('notice', 'rgmd', format, values))?.[1];
    expect(number('a %s b', 'x')).to.equal(number('a %s b', 'y'));
    expect(number('a %s b', 'x')).to.not.equal(number('a %s c', 'x'));
    expect(
      messageId('launching method <%s> for resource <%s>, resource group <%s>, timeout <%d> seconds'),
    ).to.equal(707948);
  });

  it('says facility and severity in the priority that syslogd reads', () => {
    expect(syslogLine('debug', 'x', 'y', [])).to.match(/^<31>/);
    expect(syslogLine('err', 'x', 'y', [])).to.match(/^<27>/);
  });

  it('stays on one line', () =>
    expect(syslogLine('notice', 'x', 'it said: %s', ['a\n  b'])).to.match(/it said: a b$/));

  it('a value that looks like a mark is left as it is', () =>
    expect(syslogLine('notice', 'x', '%s and %s', ['100%s', 'b'])).to.match(/100%s and b$/));

  it('keeps lines until there is a syslogd, and stamps them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'syslog-'));
    const socket = join(folder, 'log');
    const syslog = new Syslog(socket);
    syslog.log('notice', 'first', 'one');
    syslog.log('debug', 'second', 'two %s', 'ä');
    const receiver = spawn('perl', ['-e', RECEIVER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let text = '';
      receiver.stdout.on('data', (piece) => {
        text += piece;
      });
      await until('two lines', 10_000, () => (text.split('\n').length > 2 ? true : undefined), {
        missing: () => text,
      });
      const stamp = '[A-Z][a-z]{2} [ 123]\\d \\d\\d:\\d\\d:\\d\\d';
      expect(text).to.match(new RegExp(`^<29>${stamp} first: \\[ID \\d{6} daemon.notice\\] one\n`));
      expect(text).to.match(new RegExp(`\n<31>${stamp} second: \\[ID \\d{6} daemon.debug\\] two ä\n$`));
      await syslog.end();
    } finally {
      receiver.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  });
});
