import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { contentBelow, realPath } from '../../../images/witness/files.ts';

describe('files of a node, as the witness reads them', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'ha-drills-root-'));
    mkdirSync(join(root, 'cal/config'), { recursive: true });
    mkdirSync(join(root, 'opt/cal'), { recursive: true });
    writeFileSync(join(root, 'cal/config/ics.conf'), 'local.user = "icsuser"\n');
    symlinkSync('/cal/config', join(root, 'opt/cal/config'));
    symlinkSync('../opt/./cal', join(root, 'cal/back'));
    symlinkSync('/loop', join(root, 'loop'));
    symlinkSync('/../../etc', join(root, 'out'));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it('links lead where they lead on the node, never out of it', () => {
    expect(realPath(root, '/opt/cal/config/ics.conf')).to.equal('/cal/config/ics.conf');
    expect(realPath(root, '/cal/back/config')).to.equal('/cal/config');
    expect(realPath(root, '/out/passwd')).to.equal('/etc/passwd');
    expect(realPath(root, '/not/there/../here')).to.equal('/not/here');
    expect(() => realPath(root, '/loop')).to.throw('more than 40 links');
  });

  it('a file with its text, a folder with its names, and nothing', () => {
    expect(contentBelow(root, '/opt/cal/config/ics.conf')).to.include({
      is: 'file',
      real: '/cal/config/ics.conf',
      content: 'local.user = "icsuser"\n',
    });
    expect(contentBelow(root, '/cal')).to.deep.include({ is: 'folder', names: ['back', 'config'] });
    expect(contentBelow(root, '/out/passwd')).to.include({ is: 'nothing', content: '', digest: '' });
  });

  it('of a long file the end, and the digest of all of it', () => {
    writeFileSync(join(root, 'long'), `first${'x'.repeat(200_000)}last`);
    const { content, digest } = contentBelow(root, '/long');
    expect(content).to.match(/^x+last$/);
    expect(digest).to.have.length(64);
  });
});
