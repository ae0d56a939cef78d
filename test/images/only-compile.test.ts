import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { repository } from '../helpers/cli.ts';

const dockerfile = readFileSync(join(repository, 'images/Dockerfile'), 'utf8');
const compiled = [...dockerfile.matchAll(/node \/opt\/ha-drills\/(\S+\.ts) --only-compile/g)].map(
  ([, path = '']) => path,
);

describe('programs that are compiled when their image is made', function () {
  this.timeout(60_000);

  it('are all that a container is started with', () => {
    const commands = [...dockerfile.matchAll(/CMD \["node", "\/opt\/ha-drills\/(\S+)"\]/g)];
    expect(commands).to.have.length(6);
    for (const [, path] of commands) expect(compiled).to.include(path);
  });

  for (const path of compiled)
    it(`${path} ends having done nothing, its modules kept`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'ha-drills-compiled-'));
      try {
        const cache = join(folder, 'cache');
        const program = join(repository, path);
        const { exitCode, stdout, stderr } = await execa(process.execPath, [program, '--only-compile'], {
          reject: false,
          cwd: folder,
          env: { NODE_COMPILE_CACHE: cache, NODE_COMPILE_CACHE_PORTABLE: '1' },
        });
        expect({ exitCode, stdout, stderr }).to.deep.equal({ exitCode: 0, stdout: '', stderr: '' });
        expect(readdirSync(folder)).to.deep.equal(['cache']);
        const kept = readdirSync(cache, { recursive: true, encoding: 'utf8' });
        const own = readFileSync(program, 'utf8').match(/^import (?!type).* from '\.\.?\//gm) ?? [];
        expect(kept.length, 'files of the cache').to.be.greaterThan(own.length);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
