import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { ONLY_LOAD, PROCESSES } from '../../../../images/node/ics/program.ts';

const root = resolve(import.meta.dirname, '../../../..');

const ofOurs = (text: string) =>
  text.split('\n').filter((line) => /reading cache .* for StrippedTypeScript .*\/node\/ics\//.test(line));

function expectFound(lines: string[]): void {
  expect(lines, 'modules').to.not.be.empty;
  for (const line of lines) expect(line).to.match(/success/);
}

describe('precompiled programs', function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'precompiled-')));
    mkdirSync(join(folder, 'built/node'), { recursive: true });
    cpSync(join(root, 'images/common'), join(folder, 'built/common'), { recursive: true });
    cpSync(join(root, 'images/node/ics'), join(folder, 'built/node/ics'), { recursive: true });
    cpSync(join(root, 'images/base/package.json'), join(folder, 'built/package.json'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What Node says of its cache for each module of ours that it reads. */
  function cacheLines(lib: string, name: string): string[] {
    const environment = {
      ...process.env,
      NODE_COMPILE_CACHE: join(lib, 'compile-cache'),
      NODE_COMPILE_CACHE_PORTABLE: '1',
      NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
    };
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(lib, `${name}.ts`), ONLY_LOAD], {
      env: environment,
      encoding: 'utf8',
    });
    expect(status, stderr).to.equal(0);
    return ofOurs(`${stdout}${stderr}`);
  }

  /** An installation whose lib has links to the programs. */
  function installed(): string {
    const lib = join(folder, 'installed/node/ics');
    const base = join(folder, 'cal');
    mkdirSync(join(base, 'lib'), { recursive: true });
    for (const name of readdirSync(lib)) symlinkSync(join(lib, name), join(base, 'lib', name));
    symlinkSync(join(lib, 'sbin'), join(base, 'sbin'));
    return base;
  }

  it('are found in the cache by every process, wherever they were moved to meanwhile', () => {
    const built = join(folder, 'built/node/ics');
    execFileSync(process.execPath, [join(built, 'precompile.ts'), userInfo().username]);
    renameSync(join(folder, 'built'), join(folder, 'installed'));
    const lib = join(folder, 'installed/node/ics');
    for (const name of PROCESSES) expectFound(cacheLines(lib, name));
  });

  it('are found by the commands, of an installation made of links too', () => {
    const { stdout, stderr, status } = spawnSync(join(installed(), 'sbin/start-cal'), ['nothing'], {
      env: { ...process.env, NODE_DEBUG_NATIVE: 'COMPILE_CACHE', ICS_RUN_ROOT: folder },
      encoding: 'utf8',
    });
    expect(status).to.equal(2);
    expectFound(ofOurs(`${stdout}${stderr}`));
  });

  it('the check can fail: without the cache nothing is found', () => {
    const lib = join(folder, 'installed/node/ics');
    rmSync(join(lib, 'compile-cache'), { recursive: true });
    expect(() => expectFound(cacheLines(lib, 'enpd'))).to.throw(/success/);
  });
});
