/**
 * The guide's procedures in containers: as they are written they show the errata of the table and no others; corrected
 * they are upheld. One of them both ways, unless DRILL_ERRATA says all, or names documents with commas between them.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { DrillResult } from '../../reports/model.ts';
import { parseReport } from '../../reports/read.ts';
import { cli } from '../helpers/cli.ts';
import { differences, RUNBOOKS, readErrata, runbookNames, sightingsIn } from '../helpers/errata.ts';

const ATTEMPTS = 3;
const wanted =
  process.env['DRILL_ERRATA'] ?? 'upgrade-secondary-first.as-written,upgrade-secondary-first.corrected';
const names = wanted === 'all' ? runbookNames() : wanted.split(',');

describe("the guide's procedures in containers", function () {
  this.timeout(900_000);
  const table = readErrata();
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A machine too busy to tell makes a run inconclusive, which is no verdict: then once more, twice at most. */
  async function rehearsed(name: string): Promise<DrillResult> {
    for (let attempt = 1; ; attempt++) {
      const out = join(folder, `${name}.${attempt}`);
      const { stderr } = await cli(['runbook', join(RUNBOOKS, `${name}.md`), '--out', out]);
      const file = join(out, 'report.json');
      expect(existsSync(file), `no report: ${stderr}`).to.equal(true);
      const [drill] = parseReport(readFileSync(file, 'utf8')).drills;
      if (drill === undefined) throw new Error('the report has no drill');
      if (drill.verdict !== 'inconclusive' || attempt === ATTEMPTS) return drill;
    }
  }

  for (const name of names) {
    it(`${name}: what goes otherwise than it says is what the table says`, async () => {
      const { runbook, problem, verdict, checks } = await rehearsed(name);
      if (runbook === undefined) throw new Error(`no procedure was run: ${problem}`);
      expect(problem).to.equal(null);
      expect(differences(sightingsIn(table, name), runbook)).to.deep.equal([]);
      if (!name.endsWith('.corrected')) return;
      const red = checks.filter((check) => check.verdict !== check.expected);
      expect(red, `${name} is ${verdict}`).to.deep.equal([]);
      expect(verdict).to.equal('upheld');
    });
  }
});
