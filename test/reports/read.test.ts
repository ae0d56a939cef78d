import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { UsageError } from '../../harness/errors.ts';
import { parseReport } from '../../reports/read.ts';
import { SCHEMA_FILE, schemaText } from '../../reports/schema.ts';
import { sampleReport } from '../fixtures/report.ts';

describe('reading a stored report', () => {
  const text = JSON.stringify(sampleReport());

  function refused(input: string, message: RegExp): void {
    expect(() => parseReport(input)).to.throw(UsageError, message);
  }

  it('gives back what was written', () => {
    expect(parseReport(text)).to.deep.equal(sampleReport());
  });

  it('ignores fields that a later version added', () => {
    expect(parseReport(JSON.stringify({ ...sampleReport(), added: 1 }))).to.deep.equal(sampleReport());
  });

  it('refuses a truncated file', () => {
    refused('', /empty/);
    refused(text.slice(0, -1), /truncated/);
    refused(text.slice(0, text.length / 2), /truncated/);
  });

  it('refuses what is no report', () => {
    refused('<html></html>', /not JSON/);
    refused('[]', /no report of ha-drills/);
    refused('null', /no report of ha-drills/);
    refused('{"name":"package","version":"1"}', /no report of ha-drills/);
  });

  it('refuses other schema versions and says which', () => {
    refused(
      JSON.stringify({ ...sampleReport(), schemaVersion: 2 }),
      /version 2; this ha-drills reads 1.*newer/,
    );
    refused(JSON.stringify({ ...sampleReport(), schemaVersion: 0 }), /version 0.*recheck/);
  });

  it('names the field that does not fit', () => {
    const broken = JSON.parse(text);
    broken.drills[0].checks[2].verdict = 'passed';
    refused(JSON.stringify(broken), /drills\.0\.checks\.2\.verdict/);
    delete broken.run;
    refused(JSON.stringify(broken), /run.*and 1 more/);
  });
});

describe('the JSON Schema of the report', () => {
  it('is current: renew it with node reports/schema.ts --write', () => {
    expect(readFileSync(SCHEMA_FILE, 'utf8')).to.equal(schemaText());
  });

  it('names the version and describes every top-level field', () => {
    const schema = JSON.parse(schemaText());
    expect(schema.properties.schemaVersion.const).to.equal(1);
    expect(schema.required).to.include.members([
      'run',
      'verdict',
      'exitCode',
      'sentence',
      'drills',
      'claims',
    ]);
  });
});
