/**
 * Fills Node's compile cache for the programs beside this file, so that the server's first start is already a fast one.
 * Usage: precompile.ts [USER]; for the installer and whoever changes a program. Each user has a cache of its own.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { numberIn } from './control/user.ts';
import { ONLY_LOAD } from './only-load.ts';
import { PROCESSES } from './program.ts';

const COMMANDS = ['start-cal', 'stop-cal', 'show-cal', 'csconfigurator', 'installer/main'];
const lib = import.meta.dirname;
const cache = join(lib, 'compile-cache');
const [user = 'icsuser'] = process.argv.slice(2);
const uid = numberIn(readFileSync('/etc/passwd', 'utf8'), user);
if (uid === undefined) throw new Error(`precompile: user ${user} does not exist`);

const env = { ...process.env, NODE_COMPILE_CACHE: cache, NODE_COMPILE_CACHE_PORTABLE: '1' };
rmSync(cache, { recursive: true, force: true });
mkdirSync(cache);
// Each user makes a folder in it, which it then has for itself.
chmodSync(cache, 0o777);
for (const name of [...PROCESSES, ...COMMANDS]) {
  const program = join(lib, `${name}.ts`);
  if (!existsSync(program)) continue;
  const as = COMMANDS.includes(name) ? {} : { uid };
  execFileSync(process.execPath, [program, ONLY_LOAD], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    ...as,
  });
}
chmodSync(cache, 0o755);
// An installer copies it along, and its copies belong to somebody else.
for (const name of readdirSync(cache, { recursive: true, encoding: 'utf8' })) {
  const path = join(cache, name);
  chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
}
