import { type Checker, inconclusive, refuted, upheld } from './checker.ts';
import { readingsOf } from './files.ts';

/** As guide 6.6.3 lists them. */
const FOLDERS = ['share', 'tools', 'lib', 'sbin', 'csapi', 'html'];

export const installedLayout: Checker = {
  name: 'installed-layout',
  question: 'Does the installation on each node have the folders that the guide lists?',
  scope: 'promise',
  check(timeline, { nodes }) {
    const listings = nodes.map((node) => readingsOf(timeline, node, /\/SUNWics5\/cal$/).at(-1));
    if (listings.length === 0 || listings.includes(undefined))
      return inconclusive('Not every installation was looked at.');
    const read = listings.flatMap((one) => one ?? []);
    const wrong = read.flatMap(({ node, path, names }) => {
      const missing = FOLDERS.filter((name) => !names.includes(name));
      return missing.length > 0 ? [`${path} on ${node} lacks ${missing.join(', ')}.`] : [];
    });
    const evidence = read.map(({ node, path, names }) => `${path} on ${node}: ${names.join(', ')}.`);
    return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
  },
};
