import { execFile } from 'node:child_process';

/** A program ended with another status than 0. `output` is what it printed on both streams. */
export class CommandError extends Error {
  readonly command: string;
  readonly status: number | null;
  readonly output: string;
  constructor(command: string, status: number | null, output: string, options?: ErrorOptions) {
    super(`${command}: status ${status ?? 'none'}${output === '' ? '' : `, ${output.trim()}`}`, options);
    this.name = 'CommandError';
    this.command = command;
    this.status = status;
    this.output = output;
  }
}

/**
 * Runs a program and returns its stdout. No shell is involved. Statuses in `accept` (default: 0) are fine.
 * @throws CommandError with what it printed; also when it took longer than `timeoutMs`, or `signal` ended it.
 */
export function run(
  program: string,
  args: string[],
  options: { timeoutMs?: number; accept?: number[]; signal?: AbortSignal } = {},
): Promise<string> {
  const { timeoutMs = 30_000, accept = [0], signal } = options;
  return new Promise((resolve, reject) => {
    const limits = { timeout: timeoutMs, killSignal: 'SIGKILL' as const, ...(signal ? { signal } : {}) };
    execFile(program, args, limits, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      if (status !== null && accept.includes(status)) resolve(stdout);
      else
        reject(
          new CommandError([program, ...args].join(' '), status, `${stdout}${stderr}`, { cause: error }),
        );
    });
  });
}
