/** Runs the `drill` command as a person would, in a process of its own. */
import { join, resolve } from 'node:path';
import { execa } from 'execa';

export const repository = resolve(import.meta.dirname, '..', '..');

export interface CliResult {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** The last line on stdout. */
  lastLine: string;
}

/** Starts it and leaves it running. `input` is what it gets on stdin. */
export function startCli(args: string[], env: Record<string, string> = {}, input = '') {
  return execa(process.execPath, [join(repository, 'harness', 'cli.ts'), ...args], {
    cwd: repository,
    env,
    reject: false,
    input,
  });
}

export async function cli(args: string[], env: Record<string, string> = {}): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await startCli(args, env);
  return { exitCode, stdout, stderr, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' };
}
