import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runBootScripts } from '../../../images/node/boot-scripts.ts';

describe('scripts of run level 3', () => {
  it('run in the order of their names, whatever becomes of each; others do not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rc3-'));
    try {
      const script = (name: string, status: number, mode = 0o755) =>
        writeFileSync(join(folder, name), `#!/bin/sh\necho ${name} $1 >> ${folder}/ran\nexit ${status}\n`, {
          mode,
        });
      script('S92ics', 0);
      script('S10first', 1);
      script('K10off', 0);
      script('S50plain', 0, 0o644);
      await once(runBootScripts(folder), 'exit');
      expect(readFileSync(join(folder, 'ran'), 'utf8')).to.equal('S10first start\nS92ics start\n');
      await once(runBootScripts(join(folder, 'none')), 'exit');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
