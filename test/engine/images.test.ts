import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { baseTag, forcedBase, packagesIn } from '../../harness/engine/base.ts';
import {
  imageTags,
  libraryParts,
  type Role,
  repository,
  roles,
  tagOf,
} from '../../harness/engine/image-tags.ts';
import { oldAmong } from '../../harness/engine/old-images.ts';
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
    const all = roles.map((role) => ({ role, packages: [] }));
    const before = imageTags('debian', root, all);
    change();
    const now = imageTags('debian', root, all);
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

  it('copy every library of a role into its image', () => {
    const dockerfile = readFileSync(join(repository, 'images/Dockerfile'), 'utf8');
    expect(libraryParts).to.not.be.empty;
    for (const part of libraryParts) expect(dockerfile).to.include(`COPY ${part} /opt/ha-drills/${part}\n`);
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

  describe('of variants', () => {
    const postgres = { role: 'node' as Role, packages: ['postgresql', 'fuse3'] };

    it('stand beside the plain ones, which stay as they are', () => {
      const tags = imageTags('debian', root, [postgres, { role: 'mirror', packages: [] }]);
      const { array, node, client, witness } = tags;
      expect({ array, node, client, witness }).to.deep.equal(imageTags('debian', root));
      expect(tagOf(tags, 'node', ['fuse3', 'postgresql', 'fuse3'])).to.not.equal(tagOf(tags, 'node'));
      expect(tagOf(tags, 'mirror')).to.match(/^ha-drills\/mirror:/);
      expect(() => tagOf(tags, 'node', ['mysql'])).to.throw(SetupError, 'no image "node with mysql"');
    });

    it('have a base of their own when it is made here, and the official one where it is pulled', () => {
      expect(baseTag('debian', root, ['postgresql'])).to.not.equal(baseTag('debian', root));
      expect(baseTag('debian', root, ['postgresql'])).to.not.equal(baseTag('debian', root, ['fuse3']));
      expect(baseTag('registry', root, ['postgresql'])).to.equal(baseTag('registry', root));
      const pulled = imageTags('registry', root, [postgres]);
      expect(tagOf(pulled, 'node', postgres.packages)).to.not.equal(pulled.node);
    });

    it('take no word that is not the name of a package', () => {
      const bad = { role: 'node' as Role, packages: ['a; rm -rf /'] };
      expect(() => imageTags('debian', root, [bad])).to.throw(SetupError, '"a; rm -rf /" is not the name');
    });

    it('of the sources as they are stay at a clean-up that wants none; those of other sources go', () => {
      const packages = ['fuse3', 'postgresql'];
      const listed = () => [
        { tag: tagOf(imageTags('debian', root, [postgres]), 'node', packages), packages },
        { tag: baseTag('debian', root, packages), packages },
        { tag: baseTag('debian', root), packages: [] },
        { tag: tagOf(imageTags('debian', root, [{ role: 'mirror', packages: [] }]), 'mirror'), packages: [] },
        { tag: 'somebody/node:1', packages: [] },
      ];
      const before = listed();
      expect(oldAmong(before, new Set(), 'debian', root)).to.deep.equal([]);
      write('node/main.ts', 'changed');
      expect(oldAmong(before, new Set(), 'debian', root)).to.deep.equal([before[0]?.tag]);
      write('base/packages.txt', 'mount\n');
      expect(oldAmong(before, new Set(), 'debian', root)).to.deep.equal(
        before.slice(0, 4).map(({ tag }) => tag),
      );
    });
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
