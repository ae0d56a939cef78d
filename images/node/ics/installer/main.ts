/** commsinstall, pkginfo, patchadd, patchrm, showrev. Usage: main.ts COMMAND [WORD…]; statuses: 1 failed, 2 usage. */
import { ONLY_LOAD } from '../only-load.ts';
import { commsinstall, patchadd, patchrm, pkginfo, showrev, USAGE, UsageError } from './commands.ts';
import { thisNode } from './node.ts';
import { PatchError } from './patching.ts';

const COMMANDS = { commsinstall, pkginfo, patchadd, patchrm, showrev };
const [name = '', ...words] = process.argv.slice(2);
const [FAILED, USAGE_STATUS] = [1, 2];

const command = COMMANDS[name as keyof typeof COMMANDS];
const context = {
  // For trying it beside the node's own folders.
  node: thisNode(process.env['ICS_NODE_FOLDERS'] ?? ''),
  folder: process.cwd(),
  say: (line: string) => void process.stdout.write(`${line}\n`),
};

try {
  if (name === ONLY_LOAD) process.exit(0);
  if (command === undefined) throw new UsageError(`there is no command ${name}`);
  if (words.includes('-?') || words.includes('--help')) context.say(`usage: ${USAGE[name]}`);
  else await command(words, context);
} catch (error) {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError)
    process.stderr.write(`usage: ${USAGE[name] ?? Object.values(USAGE).join('\n       ')}\n`);
  process.exitCode =
    error instanceof PatchError ? error.status : error instanceof UsageError ? USAGE_STATUS : FAILED;
}
