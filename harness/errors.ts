/** Exit codes of the `drill` command. 1 beats 2. */
export const ExitCode = {
  asExpected: 0,
  differs: 1,
  inconclusive: 2,
  usage: 3,
  setUp: 4,
  interrupted: 130,
} as const;

/** Base of the errors that the command line shows as a message instead of a stack. */
export abstract class DrillError extends Error {
  abstract readonly exitCode: number;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = this.constructor.name;
  }
}

/** An option, name or value that cannot be meant. Says the value and the way out. */
export class UsageError extends DrillError {
  readonly exitCode = ExitCode.usage;
}

/** The engine, an image or the machine is not as needed. */
export class SetupError extends DrillError {
  readonly exitCode = ExitCode.setUp;
}

/** The message of anything thrown, with its causes where they say more. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : messageOf(error.cause);
  return cause === '' || error.message.includes(cause) ? error.message : `${error.message} (${cause})`;
}
