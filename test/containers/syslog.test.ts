/** The guide's §6.10 on a node's image: the real syslogd, its configuration, and a HUP. */
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { until } from '../../harness/clock.ts';
import { sweep } from '../../harness/engine/cleanup.ts';
import type { Engine } from '../../harness/engine/engine.ts';
import { findOrStartEngine } from '../../harness/engine/find.ts';
import { ensureImages } from '../../harness/engine/images.ts';
import { labelsOf } from '../../harness/engine/labels.ts';
import { uniqueName } from '../../harness/random.ts';

/** Stands in for the cluster software: says what it reads on stdin, "severity|text" a line. */
const SPEAKER = `
import { createInterface } from 'node:readline';
import { startSyslogd, Syslog } from '/opt/ha-drills/images/node/cluster/syslog.ts';
startSyslogd();
const syslog = new Syslog();
for await (const line of createInterface({ input: process.stdin })) {
  const [severity, text] = line.split('|');
  syslog.log(severity, 'SC[SUNW.scics,CAL-RG,CAL-SVR-RS,ics_svc_start]', text, 'icsgroup');
}
await syslog.end();`;

describe("a node's syslog", function () {
  this.timeout(300_000);
  const run = `test-${uniqueName()}`;
  let engine: Engine;
  let say: (line: string) => void;
  let exec: (command: string) => Promise<string>;

  before(async () => {
    engine = await findOrStartEngine(() => undefined);
    const images = await ensureImages(engine, () => undefined);
    const container = await engine.docker.createContainer({
      ...{ Image: images.node, Hostname: 'Node1', Labels: labelsOf(run), OpenStdin: true, AttachStdin: true },
      Cmd: ['node', '--input-type=module-typescript', '-e', SPEAKER],
      HostConfig: { Init: true, NetworkMode: 'none' },
    });
    const channel = await container.attach({ stream: true, hijack: true, stdin: true });
    await container.start();
    say = (line) => void channel.write(`${line}\n`);
    exec = async (command) => {
      const started = await container.exec({
        Cmd: ['sh', '-c', command],
        AttachStdout: true,
        AttachStderr: true,
      });
      const [stream, sink] = [await started.start({}), new PassThrough()];
      let output = '';
      sink.on('data', (piece) => {
        output += piece;
      });
      engine.docker.modem.demuxStream(stream, sink, sink);
      await until(`end of ${command}`, 30_000, () => stream.readableEnded || undefined);
      return output;
    };
  });

  after(() => sweep(engine.docker, { run }));

  async function holds(file: string, line: RegExp): Promise<string> {
    let text = '';
    return await until(
      `${line} in ${file}`,
      20_000,
      async () => {
        text = await exec(`cat ${file} 2>&1`);
        return line.test(text) ? text : undefined;
      },
      { missing: () => text },
    );
  }

  const HEAD = String.raw`\w{3} [ 123]\d \d\d:\d\d:\d\d Node1 SC\[SUNW.scics,CAL-RG,CAL-SVR-RS,ics_svc_start\]:`;

  it('has notices and what is graver in /var/adm/messages, each node in its own name', async () => {
    say('debug|Groupname %s exists.');
    say('notice|a notice');
    const text = await holds('/var/adm/messages', /a notice/);
    expect(text).to.match(new RegExp(`${HEAD} \\[ID \\d{6} daemon.notice\\] a notice`));
    expect(text).to.not.include('Groupname');
  });

  it('has debug messages in /var/adm/clusterlog once syslog.conf says so, and syslogd had a HUP', async () => {
    await exec("printf 'daemon.debug\\t/var/adm/clusterlog\\n' >> /etc/syslog.conf; pkill -HUP syslogd");
    const line = new RegExp(`^${HEAD} \\[ID 831728 daemon.debug\\] Groupname icsgroup exists.$`, 'm');
    // syslogd reads its configuration when it gets to it: what is said before goes where it went.
    await until('a debug line', 20_000, async () => {
      say('debug|Groupname %s exists.');
      return line.test(await exec('cat /var/adm/clusterlog 2>&1')) || undefined;
    });
    expect(await exec('cat /var/adm/messages')).to.not.include('Groupname');
  });
});
