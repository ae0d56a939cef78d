/** The sabotage "from-other-directory": which programs an instance is started from, where there are two installations. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { programOf } from '../../../../images/node/ics/program.ts';
import { otherInstallation } from '../../../../images/node/ics/sabotage.ts';

describe('the sabotage "from-other-directory"', () => {
  const rest = 'SUNWics5-of-this-test/cal';
  let folders: string[];
  beforeEach(() => {
    folders = [mkdtempSync('/tmp/NodeA-'), mkdtempSync('/tmp/NodeB-')];
  });
  afterEach(() => {
    delete process.env['HA_SABOTAGE'];
    for (const folder of folders) rmSync(folder, { recursive: true });
  });
  const baseOf = (index: number) => join('/tmp', basename(folders[index] ?? ''), rest);

  it('starts one process from the other installation, where one is there', () => {
    for (const index of [0, 1]) mkdirSync(join(baseOf(index), 'lib'), { recursive: true });
    expect(otherInstallation(baseOf(0))).to.equal(baseOf(1));
    expect(programOf(baseOf(0), 'csadmind')).to.equal(join(baseOf(0), 'lib/csadmind.ts'));
    process.env['HA_SABOTAGE'] = 'from-other-directory';
    expect(programOf(baseOf(0), 'csadmind')).to.equal(join(baseOf(1), 'lib/csadmind.ts'));
    expect(programOf(baseOf(0), 'watcher')).to.equal(join(baseOf(0), 'lib/watcher.ts'));
  });

  it('starts from its own where there is no other', () => {
    mkdirSync(join(baseOf(0), 'lib'), { recursive: true });
    process.env['HA_SABOTAGE'] = 'from-other-directory';
    expect(programOf(baseOf(0), 'csadmind')).to.equal(join(baseOf(0), 'lib/csadmind.ts'));
  });
});
