/** Questions on a terminal, or answers from a pipe, a line each. */
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Terminal } from './panels.ts';

/** Longer lines are no answers of a person. */
const LONGEST_LINE = 10_000;

export function openTerminal(): Terminal & { close(): void } {
  const reader = createInterface({ input: process.stdin, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  const echo = (on: boolean) => {
    if (process.stdin.isTTY) spawnSync('stty', [on ? 'echo' : '-echo'], { stdio: 'inherit' });
  };
  return {
    say: (line) => process.stdout.write(`${line}\n`),
    ask: async (prompt, secret) => {
      process.stdout.write(prompt);
      if (secret) echo(false);
      try {
        const { value, done } = await lines.next();
        if (!process.stdin.isTTY || secret) process.stdout.write('\n');
        return done ? undefined : value.slice(0, LONGEST_LINE);
      } finally {
        if (secret) echo(true);
      }
    },
    close: () => reader.close(),
  };
}
