/** commsinstall and the package tool, as processes, with the folders of the node put elsewhere. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { libraryParts } from '../../../../../harness/engine/image-tags.ts';
import { until } from '../../../../../images/common/clock.ts';
import { installServer } from '../../../../../images/node/ics/installer/install.ts';
import { mountPointsIn, type Node } from '../../../../../images/node/ics/installer/node.ts';
import { readPatch } from '../../../../../images/node/ics/installer/patch-files.ts';
import { applyPatch, backOut, isInterrupted } from '../../../../../images/node/ics/installer/patching.ts';
import { LIBRARIES } from '../../../../../images/node/ics/installer/payload.ts';
import { installedAt, installedHere } from '../../../../../images/node/ics/installer/record.ts';
import { baseOf, etcFolderOf, varFolderOf } from '../../../../../images/node/ics/places.ts';
import { installedVersion } from '../../../../../images/node/ics/version.ts';

const program = resolve(import.meta.dirname, '../../../../../images/node/ics/installer/main.ts');

/** Every path of a folder with its kind and mode and, of files, its text. */
function tree(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    entries.map((path) => {
      const found = statSync(join(folder, path));
      return [path, `${found.mode} ${found.isFile() ? readFileSync(join(folder, path), 'latin1') : ''}`];
    }),
  );
}

describe('installer and package tool', function () {
  this.timeout(60_000);
  let folder: string;
  let root: string;
  let running: ChildProcess | undefined;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'installer-')));
    root = join(folder, 'opt');
    mkdirSync(join(folder, 'node/var'), { recursive: true });
  });
  afterEach(() => {
    running?.kill('SIGKILL');
    running = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  function run(command: string, words: string[], typed = '') {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, command, ...words], {
      encoding: 'utf8',
      input: typed,
      cwd: folder,
      env: { ...process.env, ICS_NODE_FOLDERS: join(folder, 'node') },
    });
    return { status, stdout, stderr, output: stdout + stderr };
  }
  function ok(command: string, ...words: string[]): string {
    const { status, stdout, output } = run(command, words);
    expect(status, output).to.equal(0);
    return stdout;
  }
  const base = () => baseOf(root);
  const version = () => installedVersion(base());

  it('installs the folders that the guide lists, with a program that loads', () => {
    const said = ok('commsinstall', '--root', root);
    expect(readdirSync(base()).sort()).to.deep.equal(['csapi', 'html', 'lib', 'sbin', 'share', 'tools']);
    for (const name of readdirSync(base())) {
      expect(statSync(join(base(), name)).isDirectory()).to.equal(true);
      expect(readdirSync(join(base(), name)), name).to.not.be.empty;
    }
    expect(said).to.include('Calendar Server 6.3-0 has been installed').and.include('csconfigurator.sh');
    // From there, and not from this clone: its modules, those of the images and the libraries.
    const conf = join(base(), 'sbin/csconfigurator.sh');
    const path = `${join(process.execPath, '..')}:${process.env['PATH']}`;
    const help = spawnSync(conf, ['-help'], { encoding: 'utf8', env: { ...process.env, PATH: path } });
    expect(help.stdout, help.stderr).to.include('usage: csconfigurator.sh');
    const load = `await import('${base()}/lib/csconfigurator.ts'); await import('${base()}/lib/images/node/ics/conf.ts')`;
    const loaded = spawnSync(process.execPath, ['--trace-warnings', '--input-type=module', '-e', load], {
      encoding: 'utf8',
    });
    expect(loaded.stderr).to.not.include('MODULE_TYPELESS');
    const inside = readdirSync(join(base(), 'lib/node_modules'));
    expect(inside.sort()).to.deep.equal([...LIBRARIES].sort());
  });

  it('takes the same libraries along as the image', () => {
    expect(LIBRARIES.map((name) => `node_modules/${name}`)).to.deep.equal(libraryParts);
  });

  it('asks for the root when none is given, and again when it cannot be', () => {
    const { status, stdout } = run('commsinstall', [], `opt\n/\n${root}\n`);
    expect(stdout)
      .to.include('"opt": it must be an absolute path')
      .and.include('"/": it must be a folder below /');
    expect(status).to.equal(0);
    expect(existsSync(join(base(), 'lib'))).to.equal(true);
    const ended = run('commsinstall', [], 'opt\n');
    expect(ended.status).to.equal(1);
    expect(ended.stderr).to.include('nothing has been installed');
  });

  it('refuses to overwrite without being told, and keeps config and data when it is told', () => {
    ok('commsinstall', '--root', root);
    ok('patchadd', '963001-01');
    symlinkSync('/cal/config', join(base(), 'config'));
    writeFileSync(join(base(), 'share/stray'), '');
    const again = run('commsinstall', ['--root', root]);
    expect(again.status).to.equal(1);
    expect(again.stderr)
      .to.include('there is SUNWics5 6.3,REV=2006.12.14')
      .and.include('--overwrite replaces it');
    expect(version()).to.equal('6.3-1');
    ok('commsinstall', '--root', root, '--overwrite');
    expect(version()).to.equal('6.3-0');
    expect(ok('showrev', '-p')).to.equal('');
    expect(existsSync(join(base(), 'share/stray'))).to.equal(false);
    expect(readdirSync(base())).to.include('config');
  });

  it('refuses what cannot be a root, or has no room', () => {
    writeFileSync(join(folder, 'file'), '');
    for (const [wanted, says] of [
      ['opt', /must be an absolute path/],
      ['/opt/../x', /as in \/opt/],
      [join(folder, 'file/opt'), /ENOTDIR|cannot be written to/],
      ['/proc/opt', /\/proc has 0 KiB free/],
    ] as const) {
      const { status, stderr } = run('commsinstall', ['--root', wanted]);
      expect(stderr).to.match(says);
      expect(status).to.equal(1);
    }
  });

  it('what is cut off in the middle leaves no installation behind', () => {
    const node: Node = { prefix: join(folder, 'node'), onOwnDisk: () => true, mountPoints: () => [] };
    // A file where a folder of the server is to be: the disk refuses in the middle of it.
    mkdirSync(join(root, 'SUNWics5'), { recursive: true });
    writeFileSync(base(), '');
    expect(() => installServer(node, root)).to.throw(/EEXIST|ENOTDIR/);
    expect(readdirSync(join(root, 'SUNWics5'))).to.deep.equal(['cal']);
    expect(installedHere(node)).to.deep.equal([]);
  });

  it('SUNWscics brings the registration file of SUNW.scics', () => {
    ok('commsinstall', 'SUNWscics');
    const file = join(folder, 'node/opt/cluster/lib/rgm/rtreg/SUNW.scics');
    expect(readFileSync(file, 'utf8')).to.include('scics');
    expect(ok('pkginfo')).to.match(/^application SUNWscics +Calendar Server HA agent/);
    expect(run('commsinstall', ['SUNWmsg']).status).to.equal(2);
  });

  it('several servers on one node: each by its root, and none is meant by itself', () => {
    const roots = ['one', 'two'].map((name) => join(folder, name));
    for (const one of roots) ok('commsinstall', '--root', one);
    expect(ok('pkginfo')).to.match(/SUNWics5 +.*one\)\napplication SUNWics5\.2 +.*two\)\n/);
    const unclear = run('patchadd', ['963001-01']);
    expect(unclear.status).to.equal(1);
    expect(unclear.stderr).to.include('say which with -R');
    ok('patchadd', '-R', join(folder, 'two'), '963001-01');
    expect(ok('pkginfo', '-l', 'SUNWics5.2')).to.match(/PRODVERS: {2}6\.3-1\n[\s\S]*PATCHES: {2}963001-01\n/);
    expect(ok('pkginfo', '-l', '-R', join(folder, 'one'))).to.match(
      /PRODVERS: {2}6\.3-0\n[\s\S]*PATCHES: {2}none\n/,
    );
    expect(run('pkginfo', ['SUNWics5.3']).stderr).to.include('information for "SUNWics5.3" was not found');
  });

  it('a root on a shared disk has its record on that disk', () => {
    const onOwnDisk = (path: string) => !path.startsWith(join(folder, 'shared'));
    const shared = join(folder, 'shared/Node1');
    const first: Node = { prefix: join(folder, 'node'), onOwnDisk, mountPoints: () => [shared] };
    applyPatch(first, installServer(first, shared), readPatch('963001-01', folder));
    expect(existsSync(join(folder, 'node/var/sadm'))).to.equal(false);
    // Another node, which has the disk now.
    const second = { ...first, prefix: join(folder, 'node2') };
    expect(installedHere(second).map(({ root: at, patches }) => [at, patches])).to.deep.equal([
      [shared, ['963001-01']],
    ]);
    const found = installedAt(second, 'SUNWics5', shared);
    if (found === undefined) throw new Error('not found');
    backOut(second, found, '963001-01');
    expect(installedVersion(baseOf(shared))).to.equal('6.3-0');
    // And a node that has not.
    expect(installedHere({ ...second, mountPoints: () => [] })).to.deep.equal([]);
  });

  it('patches are applied and backed out to the byte', () => {
    ok('commsinstall', '--root', root);
    const before = tree(folder);
    ok('patchadd', '963001-01');
    expect(version()).to.equal('6.3-1');
    ok('patchadd', '963002-01');
    expect(version()).to.equal('6.3-2');
    expect(ok('showrev', '-p')).to.equal(
      'Patch: 963001-01 Obsoletes:  Requires:  Incompatibles:  Packages: SUNWics5\n' +
        'Patch: 963002-01 Obsoletes:  Requires: 963001-01 Incompatibles:  Packages: SUNWics5\n',
    );
    ok('patchrm', '963002-01');
    expect(version()).to.equal('6.3-1');
    ok('patchrm', '963001-01');
    const after = tree(folder);
    delete after['node/var/sadm/pkg/SUNWics5/save'];
    expect(after).to.deep.equal(before);
  });

  it('a patch twice, one whose requirement is not there, one that another needs, an unknown one', () => {
    ok('commsinstall', '--root', root);
    expect(run('patchadd', ['963002-01'])).to.include({ status: 25 });
    expect(run('patchadd', ['963002-01']).stderr).to.include('requires 963001-01');
    ok('patchadd', '963001-01', '963002-01');
    expect(run('patchadd', ['963001-01'])).to.include({ status: 2 });
    expect(run('patchrm', ['963001-01']).stderr).to.include(
      'patch 963002-01 requires 963001-01: back out 963002-01',
    );
    expect(run('patchrm', ['963003-01']).stderr).to.include('applied are: 963001-01, 963002-01');
    ok('patchadd', '963003-01');
    expect(run('patchrm', ['963002-01']).stderr).to.include('963003-01 was applied later and replaces files');
    expect(run('patchadd', ['963009-01']).stderr).to.include('it has no file patchinfo');
    expect(run('patchadd', ['./mypatch']).stderr).to.include('whose name is like 963001-01');
    expect(run('patchadd', []).status).to.equal(2);
  });

  it('without a server there is nothing to patch', () => {
    const { status, stderr } = run('patchadd', ['963001-01']);
    expect(status).to.equal(8);
    expect(stderr).to.include('no calendar server is installed on this node');
    expect(run('patchadd', ['-R', root, '963001-01']).stderr).to.include('is its disk mounted on this node?');
  });

  it('refuses to change a server that runs from there', async () => {
    ok('commsinstall', '--root', root);
    writeFileSync(join(base(), 'lib/serving.ts'), 'process.stdin.resume();\n');
    running = spawn(process.execPath, [join(base(), 'lib/serving.ts'), base()]);
    await until('it runs', 10_000, () =>
      readFileSync(`/proc/${running?.pid}/cmdline`, 'utf8').includes('serving') ? true : undefined,
    );
    for (const [command, ...words] of [
      ['patchadd', '963001-01'],
      ['commsinstall', '--root', root, '--overwrite'],
    ] as const) {
      const { status, stderr } = run(command, [...words]);
      expect(status).to.equal(1);
      expect(stderr).to.include(`runs`).and.include(`process ${running.pid}`).and.include('stop-cal');
    }
    expect(version()).to.equal('6.3-0');
  });

  it('a patch that cannot be written leaves the server as it was; one that was cut off is undone', () => {
    ok('commsinstall', '--root', root);
    const before = tree(base());
    const patch = join(folder, '963009-01');
    mkdirSync(join(patch, 'files/share'), { recursive: true });
    writeFileSync(join(patch, 'patchinfo'), 'PATCHID=963009-01\nSYNOPSIS=x\nPACKAGES=SUNWics5\nREQUIRES=\n');
    writeFileSync(join(patch, 'files/share/version'), 'new\n');
    // A folder where the patch has a file.
    mkdirSync(join(patch, 'files/zz'));
    writeFileSync(join(patch, 'files/zz/sbin'), '');
    mkdirSync(join(base(), 'zz/sbin.new'), { recursive: true });
    const { status, stderr } = run('patchadd', ['./963009-01']);
    expect(status).to.equal(1);
    expect(stderr).to.include('it is as it was');
    rmSync(join(base(), 'zz'), { recursive: true });
    expect(tree(base())).to.deep.equal(before);

    rmSync(join(patch, 'files/zz'), { recursive: true });
    // One that the server has not, in a folder that is there.
    writeFileSync(join(patch, 'files/share/news'), '');
    ok('patchadd', './963009-01');
    expect(existsSync(join(base(), 'share/news'))).to.equal(true);
    ok('patchrm', '963009-01');
    expect(tree(base())).to.deep.equal(before);
    ok('patchadd', './963009-01');
    const record = join(folder, 'node/var/sadm/pkg/SUNWics5/pkginfo');
    writeFileSync(record, readFileSync(record, 'utf8').replace('PATCHLIST=963009-01', 'PATCHLIST='));
    const node: Node = { prefix: join(folder, 'node'), onOwnDisk: () => true, mountPoints: () => [] };
    expect(installedHere(node).map(isInterrupted)).to.deep.equal([true]);
    expect(ok('pkginfo', '-l')).to.include('partially installed');
    ok('patchadd', '963001-01');
    ok('patchrm', '963001-01');
    expect(tree(base())).to.deep.equal(before);
    expect(ok('pkginfo', '-l')).to.include('completely installed');
  });

  it('places follow from the root', () => {
    expect(['/opt', '/opt/Node1', '/dawn/red'].map(etcFolderOf)).to.deep.equal([
      '/etc/opt/SUNWics5',
      '/etc/opt/Node1/SUNWics5',
      '/etc/opt/dawn/red/SUNWics5',
    ]);
    expect(varFolderOf('/opt/Node2')).to.equal('/var/opt/Node2/SUNWics5');
    expect(mountPointsIn('# x\n/dev/a\t/dev/b\t/cal\tufs\t2\tno\tlogging\n\n')).to.deep.equal(['/cal']);
  });
});
