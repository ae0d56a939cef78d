/** A server as it is installed, configured and patched, on this host: what serves is what stands in its root. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { stateText } from '../../../../../images/node/ics/configurator/state-file.ts';
import { installServer } from '../../../../../images/node/ics/installer/install.ts';
import type { Node } from '../../../../../images/node/ics/installer/node.ts';
import { PATCH_FOLDER, readPatch } from '../../../../../images/node/ics/installer/patch-files.ts';
import { applyPatch, backOut } from '../../../../../images/node/ics/installer/patching.ts';
import { type Installed, installedAt } from '../../../../../images/node/ics/installer/record.ts';
import { baseOf } from '../../../../../images/node/ics/places.ts';
import { freePort } from '../../../../helpers/calendar-instance.ts';
import { answersFor } from '../../../../helpers/configuration.ts';

describe('an installed server', function () {
  this.timeout(120_000);
  // Each step builds on the ones before it.
  this.bail(true);
  let folder: string;
  let root: string;
  let port: number;
  let node: Node;
  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'installed-')));
    root = join(folder, 'opt');
    node = { prefix: join(folder, 'node'), onOwnDisk: () => true, mountPoints: () => [] };
    mkdirSync(join(folder, 'node/var'), { recursive: true });
    port = await freePort();
    installServer(node, root);
    const own = {
      LDAP_HOST: 'none',
      RUNTIME_USER: 'root',
      RUNTIME_GROUP: 'root',
      SERVICE_PORT: String(port),
    };
    writeFileSync(join(folder, 'state'), stateText(answersFor(join(folder, 'cal'), own)));
    const configured = command('csconfigurator.sh', '-noconsole', '-state', join(folder, 'state'));
    expect(configured.status, configured.output).to.equal(0);
    writeFileSync(join(folder, 'cal/config/users'), 'calmaster:drill\n');
    // Beside whatever else runs on this host.
    appendFileSync(join(folder, 'cal/config/ics.conf'), `service.ens.port = "${await freePort()}"\n`);
  });
  after(() => {
    command('stop-cal', '-f');
    rmSync(folder, { recursive: true, force: true });
  });

  function command(name: string, ...words: string[]) {
    const { status, stdout, stderr } = spawnSync(join(baseOf(root), 'sbin', name), words, {
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
        ICS_NODE_FOLDERS: join(folder, 'node'),
        ICS_RUN_ROOT: join(folder, 'run'),
      },
    });
    return { status, output: `${stdout}${stderr}` };
  }
  function ok(name: string, ...words: string[]): void {
    const { status, output } = command(name, ...words);
    expect(status, `${name}: ${output}`).to.equal(0);
  }
  function installed(): Installed {
    const found = installedAt(node, 'SUNWics5', root);
    if (found === undefined) throw new Error(`nothing is installed in ${root}`);
    return found;
  }
  const add = (...ids: string[]) => {
    for (const id of ids) applyPatch(node, installed(), readPatch(id, PATCH_FOLDER));
  };
  const remove = (id: string) => backOut(node, installed(), id);
  // A connection for each: one that is kept would be to a server that has ended in the meantime.
  const call = (path: string) =>
    fetch(`http://127.0.0.1:${port}/${path}`, { headers: { connection: 'close' } });

  async function serves(version: string): Promise<void> {
    ok('start-cal');
    ok('probe-cal');
    expect((await call('ping')).headers.get('x-ics-version')).to.equal(version);
  }
  async function session(): Promise<string> {
    const text = await (await call('login.wcap?user=calmaster&password=drill')).text();
    return /X-NSCP-WCAP-SESSION-ID:(\S+)/.exec(text)?.[1] ?? '';
  }
  async function stored(uid: string): Promise<string> {
    return await (
      await call(`fetchevents_by_id.wcap?id=${await session()}&calid=calmaster&uid=${uid}`)
    ).text();
  }

  it('serves with the version that was installed', async () => {
    await serves('6.3-0');
    const times = 'dtstart=20261201T090000Z&dtend=20261201T100000Z';
    const path = `storeevents.wcap?id=${await session()}&calid=calmaster&uid=one&summary=kept&${times}`;
    expect(await (await call(path)).text()).to.match(/X-NSCP-WCAP-ERRNO:0/);
  });

  it('cannot be patched while it runs', () => {
    expect(() => add('963001-01')).to.throw(/runs on this node \(process \d+/);
  });

  it('with a compatible patch serves as the new version, and without it as the old one', async () => {
    ok('stop-cal');
    add('963001-01');
    await serves('6.3-1');
    expect(await stored('one')).to.include('SUMMARY:kept');
    ok('stop-cal');
    remove('963001-01');
    await serves('6.3-0');
    ok('stop-cal');
  });

  it('with a patch that changes the schema goes forward, and not back', async () => {
    add('963001-01', '963002-01');
    // The store is still what it was: it is the first start that brings it forward, and no backup before it.
    ok('csbackup', join(folder, 'before'));
    ok('csdb', 'list');
    remove('963002-01');
    await serves('6.3-1');
    ok('stop-cal');
    add('963002-01');
    await serves('6.3-2');
    expect(await stored('one')).to.include('SUMMARY:kept');
    ok('stop-cal');
    remove('963002-01');
    const { status, output } = command('start-cal');
    expect(status).to.equal(1);
    expect(output).to.match(
      /is not opened, and left as it is: its schema is 2, and .* up to 1; apply the patch/,
    );
    add('963002-01');
    await serves('6.3-2');
    expect(await stored('one')).to.include('SUMMARY:kept');
    ok('stop-cal');
    // The way back that the refusal names.
    remove('963002-01');
    ok('csrestore', '-f', join(folder, 'before'));
    await serves('6.3-1');
    expect(await stored('one')).to.include('SUMMARY:kept');
    ok('stop-cal');
  });

  it('with a broken patch starts and says that it is ready, and the probe finds out', () => {
    add('963003-01');
    ok('start-cal');
    const { status, output } = command('probe-cal');
    expect(status, output).to.equal(1);
    expect(output).to.match(/^probe-cal: .* answers with status 500/);
  });
});
