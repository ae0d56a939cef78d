/** show-cal: the processes that run, or with -s the settings that each runs with. Usage: show-cal.ts BASE [-s] */
import { readFileSync } from 'node:fs';
import { runCommand } from './control/command.ts';
import { type Found, findProcesses } from './control/found.ts';
import { UsageError } from './control/plan.ts';
import { filesOf, type ProcessName, runFolderOf } from './program.ts';

async function show(base: string, words: string[]): Promise<void> {
  const wrong = words.find((word) => word !== '-s');
  if (wrong !== undefined) throw new UsageError(`there is no option ${wrong}`);
  const found = findProcesses(base);
  const lines = words.includes('-s') ? settingsOf(found, runFolderOf(base)) : found.map(inWords);
  process.stdout.write(
    lines.length > 0 ? `${lines.join('\n')}\n` : 'no process of the calendar server runs\n',
  );
}

/** As the process wrote them down at its start: `ics.conf` may say something else by now. */
function settingsOf(found: readonly Found[], runFolder: string): string[] {
  return found.flatMap(({ name }) => {
    const settings = JSON.parse(readFileSync(filesOf(runFolder, name).settings, 'utf8')) as Record<
      string,
      string
    >;
    return Object.entries(settings).map(
      ([parameter, value]) => `${name}: ${parameter} = "${onALine(value)}"`,
    );
  });
}

/** An unknown parameter may hold anything, and a terminal obeys control characters. */
const onALine = (value: string) => value.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');

function inWords({ name, pid }: { name: ProcessName; pid: number }): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (key: string) => new RegExp(`^${key}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '?';
  return `${name.padEnd(9)} process ${pid}, user ${field('Uid')}, ${(Number(field('VmRSS')) / 1024).toFixed(0)} MiB`;
}

await runCommand('show-cal', show, 'usage: show-cal [-s]');
