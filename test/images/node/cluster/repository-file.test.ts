import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Repository } from '../../../../images/node/cluster/core/types.ts';
import {
  parseRepository,
  RepositoryDamaged,
  RepositoryFile,
  renderRepository,
} from '../../../../images/node/cluster/repository-file.ts';

const repository = (version: number): Repository => ({
  version,
  types: [],
  groups: [
    { name: 'CAL-RG', nodelist: ['Node1'], managed: true, properties: { R_description: 'a\nb "c" ä' } },
  ],
  resources: [],
});

describe('the configuration repository on disk', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ccr-'));
    file = join(folder, 'ccr', 'repository');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is nothing on a node that was never configured', () =>
    expect(new RepositoryFile(file).load()).to.equal(undefined));

  it('is what was saved last', async () => {
    const disk = new RepositoryFile(file);
    await Promise.all([1, 2, 3].map((version) => disk.save(repository(version))));
    expect(new RepositoryFile(file).load()).to.deep.equal(repository(3));
  });

  it('a save that was cut short leaves what was there', async () => {
    const disk = new RepositoryFile(file);
    await disk.save(repository(1));
    writeFileSync(`${file}.new`, renderRepository(repository(2)).slice(0, 40));
    expect(disk.load()).to.deep.equal(repository(1));
  });

  it('torn at any place, it is refused, and never taken for an empty one', () => {
    const text = renderRepository(repository(7));
    fc.assert(
      fc.property(fc.nat(text.length - 1), (length) => {
        expect(() => parseRepository(text.slice(0, length), file)).to.throw(RepositoryDamaged);
      }),
    );
  });

  it('with any one character changed, it is refused', () => {
    const text = renderRepository(repository(7));
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('0', 'x', '\t', '}'), (at, other) => {
        fc.pre(text[at] !== other);
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        expect(() => parseRepository(changed, file)).to.throw(RepositoryDamaged);
      }),
    );
  });

  it('says which file, and what to do', async () => {
    const disk = new RepositoryFile(file);
    await disk.save(repository(1));
    writeFileSync(file, readFileSync(file, 'utf8').replace('Node1', 'Node2'));
    expect(() => disk.load()).to.throw(RepositoryDamaged, new RegExp(`${file} is damaged.*remove it`));
  });
});
