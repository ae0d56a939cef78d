/** The rules of the architecture, as DESIGN and CONTRIBUTING have them: who may import whom, and who may read time. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '..');
const folders = ['harness', 'drills', 'images', 'reports'];

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('runs/'))
    .map((name) => join(folder, name));
}

const files = folders.flatMap(filesIn);
const text = (file: string) => readFileSync(join(root, file), 'utf8');

/** Without comments, so that prose about imports or clocks is not taken for code. */
const code = (file: string) =>
  text(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');

/** Files (relative to the root) and packages that a file imports, types included. */
function importsOf(file: string): string[] {
  const found = [...code(file).matchAll(/(?<!['\w])(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    ([, target = '']) => target,
  );
  return found.map((target) =>
    target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target,
  );
}

/** What a group of files may import: prefixes of paths, or packages. */
interface Rule {
  group: string;
  files: RegExp;
  may: RegExp[];
}

const PURE_HARNESS =
  /^harness\/(timeline|occasions|outage|phases|reasons|judge|ports|array-losses|witnessed|measured|statistics|random|set-up|topology|wording|errors|profiles|quorum|stages|served|own-parts|runbook\/(document|outputs|judged\/.*)|faults\/(verification|told-fault|partitions|[a-z]+-signs)|guide\/.*|checkers\/.*)(\.ts)?$/;

const rules: Rule[] = [
  {
    group: "the node's core",
    files: /^images\/node\/cluster\/core\//,
    may: [/^images\/node\/cluster\/core\//],
  },
  { group: 'common parts of the images', files: /^images\/common\//, may: [/^images\/common\//, /^node:/] },
  ...['array', 'node', 'client', 'witness', 'mirror', 'directory'].map((role) => ({
    group: `image ${role}`,
    files: new RegExp(`^images/${role}/`),
    may: [
      new RegExp(`^images/(${role}|common)/`),
      /^node:/,
      ...(role === 'node' ? [/^(ical\.js|ldapts)$/] : []),
    ],
  })),
  {
    group: 'drills',
    files: /^drills\//,
    may: [/^harness\/drill\.ts$/, /^harness\/cluster\.ts$/, /^harness\/(faults|procedures)\/[a-z-]+\.ts$/],
  },
  {
    group: 'checkers and what else judges',
    files:
      /^harness\/(checkers\/|occasions|outage|phases|reasons|judge|ports|array-losses|quorum|served|stages|witnessed|measured|statistics|wording|faults\/(verification|told-fault|partitions|[a-z]+-signs)|guide\/)/,
    may: [PURE_HARNESS, /^reports\/model\.ts$/, /^images\/common\/protocol\.ts$/],
  },
  {
    group: 'what judges procedures',
    files: /^harness\/runbook\/(judged\/|outputs|document)/,
    may: [PURE_HARNESS, /^reports\/model\.ts$/, /^images\/common\/protocol\.ts$/, /^diff$/],
  },
  {
    group: 'what reads procedures',
    files: /^harness\/runbook\/(?!judged\/|command|telling|perform|drill-of-document|options|rehearsal)/,
    may: [
      /^harness\/(runbook\/[a-z-]+|errors|own-parts|topology|topology-file|topology-model|guide\/claims)\.ts$/,
      /^images\/common\/protocol\.ts$/,
      /^(yaml|zod|fastest-levenshtein|mdast-util-from-markdown|mdast-util-frontmatter|micromark-extension-frontmatter)$/,
      /^node:(fs|path|util)$/,
    ],
  },
  {
    group: 'faults',
    files: /^harness\/faults\//,
    may: [/^harness\/faults\//, PURE_HARNESS, /^images\/common\/protocol\.ts$/],
  },
  {
    group: 'the report: model, builder and renderers',
    files: /^reports\/(?!schema\.ts)/,
    may: [
      /^reports\//,
      PURE_HARNESS,
      /^(zod|preact|preact-render-to-string|htm|htm\/preact|d3-scale|xmlbuilder2(\/.*)?|node:util|node:crypto)$/,
    ],
  },
  {
    group: 'the history, apart from its files',
    files: /^harness\/history\/(?!store|recording|schemas)/,
    may: [
      /^harness\/history\/(?!store|recording)/,
      PURE_HARNESS,
      /^reports\/(model|verdict|format|repetitions)\.ts$/,
      /^(zod|node:crypto)$/,
    ],
  },
  {
    group: 'what a watcher sees, apart from files',
    files: /^harness\/watching\/(live|picture|rows)\.ts$/,
    may: [
      /^harness\/watching\/(live|picture|rows)\.ts$/,
      PURE_HARNESS,
      /^reports\/(model|format)\.ts$/,
      /^images\/common\/protocol\.ts$/,
    ],
  },
  {
    group: 'the engine',
    files: /^harness\/engine\//,
    may: [
      /^harness\/engine\//,
      /^harness\/(clock|errors|random)\.ts$/,
      /^node:/,
      /^(dockerode|execa|zod|zx)$/,
    ],
  },
];

describe('architecture', () => {
  for (const { group, files: covered, may } of rules) {
    it(`${group}: imports only what it may`, () => {
      const own = files.filter((file) => covered.test(file));
      expect(own, 'the rule covers no file: it has lost its folder').to.not.be.empty;
      const wrong = own.flatMap((file) =>
        importsOf(file)
          .filter((target) => !may.some((allowed) => allowed.test(target)))
          .map((target) => `${file} imports ${target}`),
      );
      expect(wrong).to.deep.equal([]);
    });
  }

  it('no file imports itself by way of others', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'open') cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (state.has(file)) return;
      state.set(file, 'open');
      for (const target of importsOf(file).filter((one) => files.includes(one)))
        visit(target, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(cycles).to.deep.equal([]);
  });

  it('only the clock module reads time and sets timers', () => {
    const forbidden =
      /\b(Date\.now|new Date\(\)|performance\.now|process\.hrtime|setTimeout|setInterval|setImmediate|timers\/promises)\b/;
    const allowed = ['images/common/clock.ts', 'harness/clock.ts'];
    expect(files.filter((file) => !allowed.includes(file) && forbidden.test(code(file)))).to.deep.equal([]);
  });

  it('only the random module draws chance', () => {
    const forbidden = /\b(Math\.random|randomBytes|randomInt|randomUUID|getRandomValues)\b/;
    // A session id of the simulated server is not the drill's chance: no verdict depends on it.
    const allowed = ['harness/random.ts', 'images/node/ics/cshttpd.ts'];
    expect(files.filter((file) => !allowed.includes(file) && forbidden.test(code(file)))).to.deep.equal([]);
  });

  it('a drill is named as its file, and uses the cluster alone', () => {
    for (const file of filesIn('drills')) {
      expect(text(file)).to.include(`name: '${file.replace('drills/', '').replace('.ts', '')}'`);
      expect(code(file)).to.not.match(/\b(docker|execa|containers)\b|\bprocess\./);
    }
  });

  it('files stay small: under 300 lines', () => {
    const long = files
      .map((file) => [file, text(file).split('\n').length] as const)
      .filter(([, lines]) => lines > 300);
    expect(long).to.deep.equal([]);
  });

  it('rules can fail: a file that breaks one is found', () => {
    const core = rules.find(({ group }) => group === "the node's core");
    expect(core?.may.some((allowed) => allowed.test('node:fs'))).to.equal(false);
    expect(core?.may.some((allowed) => allowed.test('images/node/cluster/shell.ts'))).to.equal(false);
  });
});
