import { expect } from 'chai';
import { convert } from 'xmlbuilder2';
import { renderJunit } from '../../reports/junit.ts';
import type { Verdict } from '../../reports/model.ts';
import { hostileReport, sampleReport } from '../fixtures/report.ts';

interface Case {
  '@name': string;
  '@classname': string;
  '@time': string;
  failure?: { '@message': string; '@type': string; '#'?: string };
  error?: { '@message': string; '@type': string; '#'?: string };
  skipped?: { '@message': string };
}

interface Suite {
  '@name': string;
  '@tests': string;
  '@failures': string;
  '@errors': string;
  '@skipped': string;
  '@time': string;
  properties: { property: { '@name': string; '@value': string }[] };
  testcase: Case[];
}

function suitesOf(xml: string): Suite[] {
  const parsed = convert(xml, { format: 'object' }) as unknown as {
    testsuites: { testsuite: Suite | Suite[] };
  };
  return [parsed.testsuites.testsuite].flat();
}

function suiteOf(xml: string): Suite {
  const suites = suitesOf(xml);
  expect(suites).to.have.length(1);
  const [suite] = suites;
  if (!suite) throw new Error('no suite');
  return suite;
}

function withVerdict(verdict: Verdict): Suite {
  return suiteOf(renderJunit(sampleReport({ verdict })));
}

describe('the JUnit report', () => {
  it('has one case for each check and each claim', () => {
    const suite = withVerdict('upheld');
    expect(suite['@name']).to.equal('node-kill on asymmetric (fast)');
    expect(suite.testcase).to.have.length(8 + 5);
    expect(suite['@tests']).to.equal('13');
    expect([suite['@failures'], suite['@errors'], suite['@skipped']]).to.deep.equal(['0', '0', '1']);
    expect(suite.testcase[0]?.['@classname']).to.equal('asymmetric.node-kill');
  });

  it('passes what is refuted as expected', () => {
    const sessions = withVerdict('upheld').testcase.find((one) =>
      one['@name'].startsWith('claim sessions-survive'),
    );
    expect(sessions).not.to.have.any.keys('failure', 'error', 'skipped');
  });

  it('fails a verdict that differs, with its evidence', () => {
    const suite = withVerdict('refuted');
    const failed = suite.testcase.filter((one) => one.failure);
    expect(failed.map((one) => one['@name'].split(':')[0])).to.deep.equal([
      'check acknowledged-writes',
      'claim no-data-loss',
    ]);
    expect(failed[0]?.failure).to.include({ '@message': 'refuted, expected upheld', '@type': 'refuted' });
    expect(failed[0]?.failure?.['#']).to.include('w-000317');
    expect(suite['@failures']).to.equal('2');
  });

  it('makes an unexpected inconclusive an error, never a pass', () => {
    const suite = withVerdict('inconclusive');
    expect([suite['@failures'], suite['@errors']]).to.deep.equal(['0', '2']);
  });

  it('fails what should have been exercised and was not', () => {
    expect(withVerdict('not exercised')['@failures']).to.equal('2');
  });

  it('gives the drill a case when nothing else shows its failure', () => {
    const broken = suiteOf(renderJunit(sampleReport({ problem: 'the engine went away' })));
    expect(broken.testcase[0]?.error?.['@message']).to.equal('the engine went away');
    expect(broken['@errors']).to.equal('1');
    const report = sampleReport({ verdict: 'refuted' });
    for (const drill of report.drills) Object.assign(drill, { checks: [], claims: [] });
    const bare = suiteOf(renderJunit(report));
    expect([bare['@tests'], bare['@failures']]).to.deep.equal(['1', '1']);
  });

  it('gives seconds, seed and command; the cases add up to the suite', () => {
    const report = sampleReport({ repetitions: 3 });
    const suite = suiteOf(renderJunit(report));
    expect(suite.testcase).to.have.length(3 * 13);
    const seconds = report.drills.reduce((sum, drill) => sum + drill.durationMs, 0) / 1000;
    expect(Number(suite['@time'])).to.be.closeTo(seconds, 0.002);
    expect(suite.testcase.reduce((sum, one) => sum + Number(one['@time']), 0)).to.be.closeTo(seconds, 0.005);
    const properties = new Map(suite.properties.property.map((one) => [one['@name'], one['@value']]));
    expect(properties.get('seed of repetition 2')).to.equal('4712');
    expect(properties.get('command of repetition 2')).to.equal(report.drills[1]?.command);
  });

  it('has a suite for each drill', () => {
    const suites = suitesOf(renderJunit(sampleReport({ names: ['node-kill', 'array-loss'] })));
    expect(suites.map((suite) => suite['@name'])).to.deep.equal([
      'node-kill on asymmetric (fast)',
      'array-loss on asymmetric (fast)',
    ]);
  });

  for (const hostile of [
    '<script>alert(1)</script>',
    '"/><failure/>',
    ']]>',
    '\u0000\u0001\u001b[31m\uffff\ud800',
    '\u202e',
    '&amp;&x;',
  ]) {
    it(`stays well-formed with ${JSON.stringify(hostile)}`, () => {
      const xml = renderJunit(hostileReport(hostile, { verdict: 'refuted' }));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 forbids
      expect(xml).not.to.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u);
      const suite = suiteOf(xml);
      expect(suite.testcase).to.have.length(14);
      expect(Object.keys(suite).sort()).to.include.members(['properties', 'testcase']);
      expect(suite.testcase.filter((one) => one.failure)).to.have.length(2);
    });
  }

  it('is an empty, valid report without drills', () => {
    const xml = renderJunit({ ...sampleReport(), drills: [] });
    expect(convert(xml, { format: 'object' })).to.have.nested.property('testsuites.@tests', '0');
  });
});

/** What Jenkins' schema of JUnit files allows, which Ant, GitLab and others share: elements, attributes, order, types. */
const JENKINS: Record<string, { attributes: Record<string, RegExp>; children: string[] }> = {
  testsuites: {
    attributes: {
      name: /^/,
      tests: /^\d+$/,
      failures: /^\d+$/,
      errors: /^\d+$/,
      skipped: /^\d+$/,
      time: /^\d+\.\d+$/,
    },
    children: ['testsuite'],
  },
  testsuite: {
    attributes: {
      ...{ name: /./, tests: /^\d+$/, failures: /^\d+$/, errors: /^\d+$/, skipped: /^\d+$/ },
      ...{ time: /^\d+\.\d+$/, timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/ },
    },
    children: ['properties', 'testcase'],
  },
  properties: { attributes: {}, children: ['property'] },
  property: { attributes: { name: /./, value: /^/ }, children: [] },
  testcase: {
    attributes: { name: /./, classname: /./, time: /^\d+\.\d+$/ },
    children: ['skipped', 'error', 'failure', 'system-out'],
  },
  skipped: { attributes: { message: /^/ }, children: [] },
  error: { attributes: { message: /^/, type: /./ }, children: [] },
  failure: { attributes: { message: /^/, type: /./ }, children: [] },
  'system-out': { attributes: {}, children: [] },
};

interface Verbose {
  [name: string]: string | Verbose[] | Verbose;
}

/** What of an element, and of those within, the schema does not allow. */
function misfits(name: string, element: Verbose): string[] {
  const rule = JENKINS[name];
  if (rule === undefined) return [`<${name}> is no element`];
  const attributes = Object.entries(element).filter(([key]) => key.startsWith('@'));
  const children = Object.entries(element).filter(([key]) => !/^[@#]/.test(key));
  const places = children.map(([child]) => rule.children.indexOf(child));
  return [
    ...Object.keys(rule.attributes)
      .filter((key) => !(`@${key}` in element))
      .map((key) => `<${name}> has no ${key}`),
    ...attributes
      .filter(([key, value]) => rule.attributes[key.slice(1)]?.test(String(value)) !== true)
      .map(([key, value]) => `<${name}> ${key}=${value}`),
    ...(places.includes(-1) || places.some((place, at) => at > 0 && place < (places[at - 1] ?? 0))
      ? [`<${name}> holds ${children.map(([child]) => child).join(', ')}`]
      : []),
    ...children.flatMap(([child, found]) =>
      [found].flat().flatMap((one) => misfits(child, typeof one === 'string' ? {} : (one as Verbose))),
    ),
  ];
}

function misfitsOf(xml: string): string[] {
  const [[root = '', element] = []] = Object.entries(
    convert(xml, { format: 'object' }) as unknown as Verbose,
  );
  return misfits(root, element as Verbose);
}

describe("the JUnit report, by the rules of Jenkins' schema", () => {
  for (const verdict of ['upheld', 'refuted', 'inconclusive', 'not exercised'] as const)
    it(`fits when a drill is ${verdict}, also with repetitions and a problem`, () => {
      expect(misfitsOf(renderJunit(sampleReport({ verdict })))).to.deep.equal([]);
      const more = sampleReport({ verdict, repetitions: 3, problem: 'it broke', censored: true });
      expect(misfitsOf(renderJunit(more))).to.deep.equal([]);
    });

  it('fits with hostile text and without a drill', () => {
    expect(misfitsOf(renderJunit(hostileReport('<&"\u0000')))).to.deep.equal([]);
    expect(misfitsOf(renderJunit({ ...sampleReport(), drills: [] }))).to.deep.equal([]);
  });

  it('would find what does not fit', () => {
    const xml = renderJunit(sampleReport());
    expect(misfitsOf(xml.replace('classname=', 'class='))).to.not.be.empty;
    expect(misfitsOf(xml.replaceAll('system-out', 'system-oops'))).to.not.be.empty;
    expect(misfitsOf(xml.replace(/tests="\d+"/, 'tests="many"'))).to.not.be.empty;
  });

  it('counts a drill that was done twice once, and says how the first attempt ended', () => {
    const report = sampleReport();
    const [drill] = report.drills;
    if (!drill) throw new Error('no drill');
    const again = { ...report, drills: [{ ...drill, earlierAttempt: 'inconclusive: thin load' }] };
    const suite = suiteOf(renderJunit(again));
    expect(suite['@tests']).to.equal(withVerdict('upheld')['@tests']);
    expect(suite.properties.property).to.deep.include({
      '@name': 'first attempt',
      '@value': 'inconclusive: thin load',
    });
  });
});
