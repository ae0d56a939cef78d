import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { baseTag, forcedBase, packagesIn } from '../../harness/engine/base.ts';
import { imageTags, roles } from '../../harness/engine/image-tags.ts';
import { SetupError, UsageError } from '../../harness/errors.ts';

describe('image tags', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ha-drills-test-'));
    for (const folder of ['base', 'common', ...roles])
      mkdirSync(join(root, 'images', folder), { recursive: true });
    write('Dockerfile', 'FROM x');
    write('base/packages.txt', 'iproute2\n');
    write('common/protocol.ts', 'common');
    for (const role of roles) write(`${role}/main.ts`, role);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(file: string, text: string) {
    writeFileSync(join(root, 'images', file), text);
  }

  /** The roles whose image a change makes another one. */
  function changedBy(change: () => void): string[] {
    const before = imageTags('debian', root);
    change();
    const now = imageTags('debian', root);
    return roles.filter((role) => before[role] !== now[role]);
  }

  it('are the same for the same files, in another folder too', () => {
    const copy = mkdtempSync(join(tmpdir(), 'ha-drills-test-'));
    cpSync(root, copy, { recursive: true });
    expect(imageTags('debian', copy)).to.deep.equal(imageTags('debian', root));
    rmSync(copy, { recursive: true });
    expect(imageTags('debian', root).array).to.match(/^ha-drills\/array:[0-9a-f]{12}$/);
  });

  it('change for one role with its own files', () => {
    expect(changedBy(() => write('node/main.ts', 'changed'))).to.deep.equal(['node']);
    expect(changedBy(() => write('client/more.ts', ''))).to.deep.equal(['client']);
  });

  it('change when a file only changes its name', () => {
    write('node/name.ts', 'node');
    const change = () => {
      rmSync(join(root, 'images/node/name.ts'));
      write('node/other.ts', 'node');
    };
    expect(changedBy(change)).to.deep.equal(['node']);
  });

  it('change for every role with what they share', () => {
    expect(changedBy(() => write('common/protocol.ts', 'changed'))).to.deep.equal(roles);
    expect(changedBy(() => write('Dockerfile', 'changed'))).to.deep.equal(roles);
    expect(changedBy(() => write('base/packages.txt', 'perl-base\n'))).to.deep.equal(roles);
  });

  it('differ between the two kinds of base', () => {
    expect(imageTags('debian', root).node).not.to.equal(imageTags('registry', root).node);
    const before = baseTag('debian', root);
    write('base/packages.txt', 'iproute2\nprocps\n');
    expect(baseTag('debian', root)).not.to.equal(before);
  });

  it('name a folder that is missing', () => {
    rmSync(join(root, 'images/witness'), { recursive: true });
    expect(() => imageTags('debian', root)).to.throw(SetupError, 'images/witness is missing');
  });
});

describe('the base image', () => {
  it('takes its packages from a list with comments', () => {
    expect(packagesIn('# all\niproute2   # ip\n\nmount\n')).to.deep.equal(['iproute2', 'mount']);
  });

  it('can be forced to one kind, and to no other word', () => {
    expect(forcedBase({})).to.equal(undefined);
    expect(forcedBase({ HA_DRILLS_BASE: 'debian' })).to.equal('debian');
    expect(() => forcedBase({ HA_DRILLS_BASE: 'alpine' })).to.throw(UsageError, "HA_DRILLS_BASE='alpine'");
  });
});
