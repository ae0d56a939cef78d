/**
 * A client of a PostgreSQL server: commits numbered rows one after another, and tells of each that was acknowledged.
 * After an error or too long a silence it connects anew and goes on with the next number, so a row that is there twice
 * was not written twice by it. The text of this file is the container's command, so it imports nothing by itself.
 */
import type { ChildProcess } from 'node:child_process';

const { spawn } = await import('node:child_process');
const { createInterface } = await import('node:readline');
const { after, moment } = await import('/opt/ha-drills/images/common/clock.ts' as string);

/** Long enough for a commit on a machine that is busy with other things. */
const ANSWER_MS = 1500;
const PAUSE_MS = 10;
const [address = ''] = process.argv.slice(1);
let session: { psql: ChildProcess; answered: (line: string) => void } | undefined;

function connect(): NonNullable<typeof session> {
  const target = `host=${address} user=postgres dbname=postgres connect_timeout=2`;
  const psql = spawn('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', target], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const made = { psql, answered: (_: string): void => undefined };
  psql.stdin.on('error', () => undefined);
  createInterface({ input: psql.stdout }).on('line', (line) => made.answered(line));
  psql.on('exit', () => made.answered(''));
  return made;
}

/** Whether the row was acknowledged. */
async function commit(number: number): Promise<boolean> {
  session ??= connect();
  const { psql } = session;
  const held = session;
  const answer = await new Promise<string>((resolve) => {
    held.answered = resolve;
    const cancel = after(ANSWER_MS, () => resolve(''));
    psql.stdin?.write(`INSERT INTO rows VALUES (${number}) RETURNING n;\n`, () => undefined);
    psql.once('exit', cancel);
  });
  if (answer === String(number)) return true;
  psql.kill('SIGKILL');
  session = undefined;
  return false;
}

process.on('SIGTERM', () => process.exit(0));
for (let number = 1; ; number++) {
  if (await commit(number)) process.stdout.write(`committed ${number}\n`);
  await moment(PAUSE_MS);
}
