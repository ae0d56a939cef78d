/** What the documentation names is there: files, folders, tests and commands. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const text = (page: string) => readFileSync(join(root, page), 'utf8');
const all = ['harness', 'images', 'reports', 'drills', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }),
);

/** Words in code quotes that are paths of this repository: with a folder in them, and with the ending of our files or none. */
function pathsIn(page: string): string[] {
  return (
    // A path alone above code is where a reader is to put it.
    [
      ...text(page)
        .replace(/^`[^`]+`\n\n(?=```)/gm, '')
        .matchAll(/`([\w.*-]+(?:\/[\w.*-]+)*\/?)`/g),
    ]
      .map(([, path = '']) => path)
      // In capitals: a place for a name.
      .filter((path) => !/[A-Z]{4}/.test(path))
      .filter((path) => /\/$|\.(test\.ts|ts|sh|pl)$/.test(path) && path.slice(0, -1).includes('/'))
  );
}

/** As it stands, or as the end of a path, `*` for any name: what is meant is plain where it is said. */
function isThere(path: string): boolean {
  const wanted = path.replace(/\/$/, '');
  if (existsSync(join(root, wanted))) return true;
  const pattern = new RegExp(
    `(^|/)${wanted.replace(/[.+]/g, '\\$&').replaceAll('**', '.*').replaceAll('*', '[^/]*')}$`,
  );
  return all.some((name) => pattern.test(name));
}

describe('documentation', () => {
  for (const page of pages) {
    it(`${page}: names files and folders that exist`, () => {
      expect(pathsIn(page).filter((path) => !isThere(path))).to.deep.equal([]);
    });

    it(`${page}: its links lead somewhere`, () => {
      const links = [...text(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(
        ([, target = '']) => target,
      );
      expect(links.filter((target) => !existsSync(resolve(root, page, '..', target)))).to.deep.equal([]);
    });
  }

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    const named = pages.flatMap((page) =>
      [...text(page).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name),
    );
    expect(named).to.not.be.empty;
    expect(named.filter((name) => !(name in scripts))).to.deep.equal([]);
  });

  it('would find what does not exist', () => {
    expect(isThere('harness/no-such-file.ts')).to.equal(false);
    expect(isThere('no-such.test.ts')).to.equal(false);
    expect(isThere('architecture.test.ts')).to.equal(true);
  });
});
