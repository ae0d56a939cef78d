/** The workflow files: GitHub's parser takes them, and what they call exists. */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { build } from '../../harness/cli.ts';
import { errorsIn } from '../helpers/github-workflows.ts';

const root = resolve(import.meta.dirname, '..', '..');
const folder = join(root, '.github', 'workflows');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const workflows = readdirSync(folder).map((name) => ({
  name,
  content: text(join('.github/workflows', name)),
}));
const scripts = readdirSync(join(root, '.ci')).map((name) => ({ name, content: text(join('.ci', name)) }));
const { scripts: npmScripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };

interface Step {
  uses?: string;
  run?: string;
  if?: string;
}
interface Job {
  'timeout-minutes'?: number;
  steps: Step[];
}

const jobsOf = (content: string) => Object.entries((parse(content) as { jobs: Record<string, Job> }).jobs);

/** Why these words are none that `drill` takes; undefined when they are. Nothing is run. */
async function refusal(words: readonly string[]): Promise<string | undefined> {
  const program = build(() => undefined);
  const tame = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    command.commands.forEach(tame);
  };
  tame(program);
  // The default command is `run`: what is no command would be taken for a drill's name.
  const known = program.commands.map((command) => command.name());
  if (!known.includes(words[0] ?? '')) return `no command ${words[0]}`;
  return await program.parseAsync(words, { from: 'user' }).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** The `drill` calls of a script, with values in the place of its variables. */
function drillCalls(script: string): string[][] {
  return [...script.matchAll(/npm run (?:--silent )?drill -- ([^\n]*)/g)].map(([, line = '']) =>
    (line.split(/ (?:\|\||>>?|2>|<)|\)/)[0] ?? '')
      .replaceAll(/"\$\{selection\[@\]\}"/g, '--all')
      .replaceAll(/"\$\{folders\[@\]\}"/g, 'one two')
      .replaceAll(/"\$(seed|nights)"/g, '7')
      .replaceAll('--shard "$1"', '--shard 1/2')
      .replaceAll(/"\$[^"]*"/g, 'some')
      .split(/\s+/)
      .filter((word) => word !== ''),
  );
}

describe('workflows', () => {
  for (const { name, content } of workflows) {
    it(`${name}: GitHub's parser finds nothing wrong`, async () => {
      expect(await errorsIn(name, content)).to.deep.equal([]);
    });

    it(`${name}: actions are pinned by commit, with their version beside`, () => {
      const uses = [...content.matchAll(/uses: (.*)$/gm)].map(([, what = '']) => what);
      expect(uses).to.not.be.empty;
      expect(
        uses.filter((what) => !/^[\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(what)),
      ).to.deep.equal([]);
    });

    it(`${name}: each job has a limit, may only read, and calls what is there`, () => {
      expect(parse(content).permissions).to.deep.equal({ contents: 'read' });
      for (const [job, { steps, ...facts }] of jobsOf(content)) {
        expect(facts['timeout-minutes'], job).to.be.above(0);
        const runs = steps.flatMap(({ run }) => run ?? []);
        for (const run of runs) {
          expect(run, `${job}: npm, .ci or nothing`).to.match(/^(npm (ci|run [\w:]+)$|\.ci\/)/);
          const [, script] = /^npm run ([\w:]+)/.exec(run) ?? [];
          if (script !== undefined) expect(npmScripts).to.have.property(script);
          const [, own] = /^\.ci\/([\w-]+)/.exec(run) ?? [];
          if (own !== undefined) accessSync(join(root, '.ci', own), constants.X_OK);
          // What an event says never becomes part of a command.
          expect(run).to.not.match(/\$\{\{ *(inputs|github|env)\b/);
        }
      }
    });
  }

  it('nightly.yml calls the parts that .ci/nightly has, and each of them', () => {
    const nightly = workflows.find(({ name }) => name === 'nightly.yml')?.content ?? '';
    const called = [...nightly.matchAll(/\.ci\/nightly (\w+)/g)].map(([, part]) => part);
    const parts = [...text('.ci/nightly').matchAll(/\n((?:\w+ \| )+\w+)\) "\$1"/g)].flatMap(
      ([, names = '']) => names.split(' | '),
    );
    expect(parts).to.include.members(['shard', 'merge']);
    expect([...new Set(called)].sort()).to.deep.equal(parts.sort());
  });

  it('an engine is stopped in each job that starts one, whatever happened', () => {
    const jobs = workflows.flatMap(({ content }) => jobsOf(content));
    const starting = jobs.filter(([, { steps }]) =>
      steps.some(({ run = '' }) => run === '.ci/run' || /^\.ci\/nightly (shard|prove)/.test(run)),
    );
    expect(starting).to.have.length(3);
    for (const [, { steps }] of starting)
      expect(
        steps.some(({ run, if: when }) => run === '.ci/nightly stop' && when?.includes('always()')),
      ).to.equal(true);
  });

  it('the scripts call `drill` as it can be called', async () => {
    const calls = scripts.flatMap(({ content }) => drillCalls(content));
    expect(calls.map(([first, second]) => `${first} ${second}`)).to.include.members([
      'run --all',
      'report merge',
      'report annotate',
      'baseline compare',
      'baseline set',
      'engine stop',
    ]);
    for (const call of calls) expect(await refusal(call), call.join(' ')).to.equal(undefined);
  });

  it('would find what is wrong', async () => {
    const ci = workflows.find(({ name }) => name === 'ci.yml')?.content ?? '';
    const broken: [string, RegExp][] = [
      [ci.replace('needs: quick', 'needs: quik'), /quik/],
      [ci.replace('steps:', 'stepps:'), /stepps/],
      [ci.replaceAll('github.ref', 'githb.ref'), /githb/],
      [ci.replace('always()', 'alwys()'), /alwys/],
      [`${ci}\n  - x`, /ci\.yml/],
    ];
    for (const [content, says] of broken)
      expect((await errorsIn('ci.yml', content)).join('\n')).to.match(says);
    expect(await refusal(['run', '--al'])).to.match(/unknown option '--al'/);
    expect(await refusal(['report', 'merg', 'x'])).to.not.equal(undefined);
    expect(await refusal(['runn'])).to.equal('no command runn');
  });
});
