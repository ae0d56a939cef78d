/** Documents: what is in order becomes a procedure, and what is not is told with its line and column. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { runbookIn } from '../../harness/runbook/read.ts';
import { documentOf, FRONT, MOVE_AND_PATCH, problemsIn, runbookOf } from '../helpers/runbooks.ts';

const STEP = '```sh { name=a node=Node1 }\ntrue\n```\n';
const root = resolve(import.meta.dirname, '../..');

const wrong: [what: string, text: string | Uint8Array, says: RegExp][] = [
  ['no front matter', STEP, /^1:1: there is no front matter/],
  ['front matter that does not end', `---\ntitle: x\n\n${STEP}`, /^1:1: the front matter is not closed/],
  [
    'front matter that is no YAML',
    documentOf(['title: "x', 'model: asymmetric'], STEP),
    /^\d+:\d+: the front matter is no YAML/,
  ],
  ['front matter that is a list', documentOf(['- x'], STEP), /^1:1: the front matter is no list of keys/],
  [
    'an unknown key',
    documentOf([...FRONT, 'outtage: 2s'], STEP),
    /^4:1: .*no key "outtage"; did you mean "outage"/,
  ],
  ['no title', documentOf(['model: asymmetric'], STEP), /^1:1: .*no title, which is required/],
  ['a value of the wrong kind', documentOf([...FRONT, 'load: many'], STEP), /^4:7: load is "many"/],
  [
    'a time without a unit',
    documentOf([...FRONT, 'outage: 4'], STEP),
    /^4:9: outage is 4: write a number with ms, s or m/,
  ],
  ['a time in another unit', documentOf([...FRONT, 'outage: 4h'], STEP), /^4:9: .*"4h" is no time/],
  ['neither model nor topology', documentOf(['title: x'], STEP), /neither model nor topology/],
  ['both', documentOf([...FRONT, 'topology: x.yaml'], STEP), /^4:11: model or topology, not both/],
  [
    'an unknown model',
    documentOf(['title: x', 'model: asymetric'], STEP),
    /^3:8: there is no model "asymetric"; did you mean "asymmetric"/,
  ],
  [
    'a topology that is not there',
    documentOf(['title: x', 'topology: nowhere.yaml'], STEP),
    /^3:11: .*nowhere.yaml: it cannot be read/,
  ],
  [
    'an end that nobody can look at',
    documentOf([...FRONT, 'at-end:', '  - all is well'], STEP),
    /^5:5: at-end: "all is well" is nothing that can be looked at/,
  ],
  [
    'an end on an unknown node',
    documentOf([...FRONT, 'at-end: [CAL-RG on Node3]'], STEP),
    /^4:10: at-end: there is no node "Node3"/,
  ],
  [
    'an end of an unknown group',
    documentOf([...FRONT, 'at-end: [CALL-RG serves]'], STEP),
    /no group or logical hostname "CALL-RG"; did you mean "CAL-RG"/,
  ],
  [
    'an unknown claim',
    documentOf([...FRONT, 'claims: [6.9/removel]'], STEP),
    /^4:10: claims: there is no claim "6.9\/removel"/,
  ],
  [
    'a default node that is none',
    documentOf([...FRONT, 'node: Node7'], '```sh { name=a }\ntrue\n```'),
    /^4:7: node: there is no node "Node7"/,
  ],
  ['no step', documentOf(FRONT, 'Nothing.\n\n```sh\nls\n```'), /^1:1: the document has no step/],
  [
    'a step without a name',
    documentOf(FRONT, '```sh { node=Node1 }\ntrue\n```'),
    /^6:1: this step has no name/,
  ],
  ['a step without a node', documentOf(FRONT, '```sh { name=a }\ntrue\n```'), /^6:1: say where it is typed/],
  [
    'a step without a command',
    documentOf(FRONT, '```sh { name=a node=Node1 }\n# only a comment\n\n```'),
    /^6:1: this step has no command/,
  ],
  [
    'an unknown node',
    documentOf(FRONT, '```sh { name=a node=Node3 }\ntrue\n```'),
    /^6:21: node: there is no node "Node3"; did you mean/,
  ],
  [
    'an unknown attribute',
    documentOf(FRONT, '```sh { name=a node=Node1 exspect=x }\ntrue\n```'),
    /^6:27: there is no attribute "exspect" here; did you mean "expect"/,
  ],
  [
    'an attribute twice',
    documentOf(FRONT, '```sh { name=a node=Node1 exit=0 exit=1 }\ntrue\n```'),
    /^6:34: exit stands there twice/,
  ],
  [
    'an exit status that is none',
    documentOf(FRONT, '```sh { name=a node=Node1 exit=300 }\ntrue\n```'),
    /^6:32: exit: "300" is no exit status/,
  ],
  [
    'a regular expression that is none',
    documentOf(FRONT, '```sh { name=a node=Node1 expect=/(/ }\ntrue\n```'),
    /^6:34: expect: \/\(\/ is no regular expression/,
  ],
  ['a name twice', documentOf(FRONT, STEP + STEP), /^9:9: there is a block "a" in line 6 already/],
  [
    'a rollback that is not there',
    documentOf(FRONT, '```sh { name=a node=Node1 rollback=b }\ntrue\n```'),
    /^6:27: there is no block "b" for the rollback/,
  ],
  [
    'a rollback of itself',
    documentOf(FRONT, '```sh { name=a node=Node1 rollback=a }\ntrue\n```'),
    /"a" cannot be its own rollback/,
  ],
  [
    'answers for no step',
    documentOf(FRONT, `${STEP}\`\`\`answers { for=b }\nx => y\n\`\`\``),
    /^9:14: there is no step "b"/,
  ],
  [
    'answers for nothing',
    documentOf(FRONT, `${STEP}\`\`\`answers { }\nx => y\n\`\`\``),
    /^9:1: say for which step/,
  ],
  [
    'an answer that is none',
    documentOf(FRONT, `${STEP}\`\`\`answers { for=a }\nx\n\`\`\``),
    /answer in line 10: "x" is no answer/,
  ],
  [
    'a file without a place',
    documentOf(FRONT, '```text { name=a node=Node1 }\nx\n```'),
    /say append-to= or write-to=/,
  ],
  [
    'a file with a relative place',
    documentOf(FRONT, '```text { name=a node=Node1 write-to=x }\nx\n```'),
    /"x" is no absolute path/,
  ],
  [
    'a block that does not end',
    documentOf(FRONT, '```sh { name=a node=Node1 }\ntrue\n'),
    /^6:1: this block is not closed/,
  ],
  ['no language', documentOf(FRONT, '``` { name=a node=Node1 }\ntrue\n```'), /^6:1: say what the block is/],
  [
    'Latin-1',
    Uint8Array.from([...Buffer.from('---\ntitle: gr'), 0xfc, ...Buffer.from('n\n---\n')]),
    /^2:10: this is not UTF-8/,
  ],
  ['UTF-16', Uint8Array.from([0xff, 0xfe, 0x2d, 0]), /^1:1: this is UTF-16/],
  [
    'packages that are none',
    documentOf([...FRONT, 'needs: ["x; rm -rf /"]'], STEP),
    /^4:9: needs: .*is not the name of a Debian package/,
  ],
];

describe('reading a runbook', () => {
  for (const [what, text, says] of wrong)
    it(`${what}: told with its place`, () => {
      expect(problemsIn(text).join('\n')).to.match(says);
      expect(
        runbookIn(typeof text === 'string' ? new TextEncoder().encode(text) : text, 'x.md').runbook,
      ).to.equal(null);
    });

  it('a document in order becomes steps, and blocks beside them', () => {
    const { steps, asides, atEnd, outageMs } = runbookOf(MOVE_AND_PATCH);
    expect(steps.map(({ name }) => name)).to.deep.equal(['move', 'patch']);
    expect(asides.map(({ name }) => name)).to.deep.equal(['back', 'unpatch']);
    expect(atEnd.map(({ kind }) => kind)).to.deep.equal(['on', 'patch', 'no-drift', 'survives']);
    expect(outageMs).to.equal(2000);
    expect(steps[0]).to.include({
      guide: '§6.8',
      outageMs: 1000,
      timeoutMs: 60_000,
      text: 'scswitch -z -g CAL-RG -h Node2',
    });
  });

  it('blocks without braces are prose, in whatever language', () => {
    expect(
      runbookOf(documentOf(FRONT, `\`\`\`sh\nrm -rf /\n\`\`\`\n\n    indented { name=x }\n\n${STEP}`)).steps,
    ).to.have.length(1);
  });

  it('steps may stand in lists and quotations; places are those of the document', () => {
    const found = problemsIn(
      documentOf(FRONT, '1. first\n\n   ```sh { name=a node=Node9 }\n   true\n   ```\n'),
    );
    expect(found.join()).to.match(/^8:24: node: there is no node "Node9"/);
  });

  it('all nodes, several, files with tabs, answers and environment', () => {
    const { steps, env } = runbookOf(
      documentOf(
        [...FRONT, 'env: { CAL: /opt/SUNWics5/cal, N: 7 }'],
        '```text { name=vfstab node=all append-to=/etc/vfstab }\na\tb\n```\n```sh { name=c node=Node2,Node1 }\n$CAL/x\n```\n```answers { for=c }\nHost => \nHow a => b => c\n=> yes\n```\n',
      ),
    );
    expect(env).to.deep.equal({ CAL: '/opt/SUNWics5/cal', N: '7' });
    expect(steps[0]).to.deep.include({
      nodes: ['Node1', 'Node2'],
      file: { path: '/etc/vfstab', append: true },
      text: 'a\tb',
    });
    expect(steps[1]?.nodes).to.deep.equal(['Node2', 'Node1']);
    expect(steps[1]?.answers).to.deep.equal([
      { prompt: 'Host', text: '' },
      { prompt: 'How a => b', text: 'c' },
      { prompt: '', text: 'yes' },
    ]);
  });

  it('no document crashes it, whatever is changed in one that is in order', () => {
    const bytes = new TextEncoder().encode(MOVE_AND_PATCH);
    const pieces = fc.constantFrom(
      '---',
      '```',
      '{',
      '}',
      '"',
      "'",
      '\\',
      '\n',
      '\t',
      ': ',
      '=',
      '=>',
      '/',
      '\u0000',
      '\uFEFF',
      '~~~',
      '- ',
      'a'.repeat(200),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length), fc.nat(40), pieces), { minLength: 1, maxLength: 5 }),
        (changes) => {
          let text = MOVE_AND_PATCH;
          for (const [at, length, piece] of changes)
            text = text.slice(0, at) + piece + text.slice(at + length);
          const found = runbookIn(new TextEncoder().encode(text), 'x.md');
          expect(found.runbook === null).to.equal(found.problems.length > 0);
          for (const { line, column } of found.problems) {
            expect(line).to.be.within(1, text.split('\n').length + 1);
            expect(column).to.be.at.least(1);
          }
        },
      ),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        expect(runbookIn(random, 'x.md').problems).to.not.be.empty;
      }),
    );
  });

  it('the example of the manual is the one in the examples, and in order', () => {
    const manual = readFileSync(join(root, 'docs/runbooks.md'), 'utf8');
    const example = readFileSync(join(root, 'docs/examples/upgrade.md'), 'utf8');
    expect(manual).to.include(`\`\`\`\`markdown\n${example}\`\`\`\``);
    expect(problemsIn(example)).to.deep.equal([]);
  });

  it('every document that ships is in order', () => {
    for (const folder of ['docs/examples', 'drills/runbooks', 'test/fixtures/runbooks'])
      for (const name of readdirSync(join(root, folder)).filter(
        (one) => one.endsWith('.md') && one !== 'README.md',
      )) {
        const file = join(root, folder, name);
        expect(runbookIn(readFileSync(file), file).problems, file).to.deep.equal([]);
      }
  });
});
