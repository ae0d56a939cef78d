/** What a configuration run does, as a list of commands. Pure; the order follows the example output of guide §6.11. */
import { dirname, join } from 'node:path';
import { sabotaged } from '../sabotage.ts';
import { confText } from './conf-text.ts';
import { type Answers, backupDirectories, DATA_DIRECTORIES } from './fields.ts';
import { stateText } from './state-file.ts';

export interface Task {
  /** The command's words, or for a file that is written: `write PATH`. */
  words: string[];
  /** Statuses that count as passed, 0 aside. */
  also?: number[];
  /** The file's text: written as a whole, or not at all. */
  file?: { path: string; text: string; mode: number };
}

/** Where this installation keeps things outside of cal-svr-base. */
export interface Places {
  base: string;
  /** Below /etc/opt, on each node. */
  etcFolder: string;
  varFolder: string;
  /** Scripts that a node runs when it boots. */
  bootFolder: string;
  /** Beside ics.conf, so that the node that takes over finds it by the link to the configuration. */
  stateFiles: string[];
}

/** What is known of the node before the first task. */
export interface Found {
  /** Text of the ics.conf that is there already. */
  conf: string | undefined;
}

export const STATE_FILE = 'csconfigurator.state';
/** groupadd and useradd: there is one of that name already (guide §6.11 has it as passed). */
const EXISTS = 9;

export function tasksOf(answers: Answers, places: Places, found: Found): Task[] {
  const { base } = places;
  const { CONFIG_DIRECTORY: config, RUNTIME_USER: user, RUNTIME_GROUP: group } = answers;
  const owner = `${user}:${group}`;
  return [
    // Both are links that an earlier run or an operator made (guide §6.6.3); a folder is left alone, and the task fails.
    { words: ['/bin/rm', '-f', join(base, 'config'), join(base, 'data')] },
    { words: ['/bin/ln', '-s', config, join(base, 'config')] },
    { words: ['/bin/ln', '-s', dirname(answers.DATABASE_DIRECTORY), join(base, 'data')] },
    { words: ['/usr/sbin/groupadd', group], also: [EXISTS] },
    { words: ['/usr/sbin/useradd', '-g', group, '-d', '/', user], also: [EXISTS] },
    { words: ['/usr/sbin/usermod', '-G', group, user] },
    ...folders(answers, owner),
    ...confTasks(answers, owner, found),
    ...nodeTasks(places, owner),
    ...places.stateFiles.map((path) => write(path, stateText(answers), 0o600)),
    // The other node finds what stands on the shared disk after a power failure, too.
    { words: ['/bin/sync', '-f', config] },
    ...startTasks(answers, places),
    ...(sabotaged('last-task-fails') ? [{ words: ['/bin/false'] }] : []),
  ];
}

function write(path: string, text: string, mode: number): Task {
  return { words: ['write', path], file: { path, text, mode } };
}

function directoriesOf(answers: Answers): string[] {
  return [...DATA_DIRECTORIES, ...backupDirectories(answers)].map((key) => answers[key]);
}

function folders(answers: Answers, owner: string): Task[] {
  const all = directoriesOf(answers);
  return [
    { words: ['/bin/mkdir', '-p', ...all] },
    { words: ['/bin/chown', owner, ...all] },
    { words: ['/bin/chmod', '755', ...all] },
  ];
}

function confTasks(answers: Answers, owner: string, found: Found): Task[] {
  const file = join(answers.CONFIG_DIRECTORY, 'ics.conf');
  const text = confText(answers);
  // What an operator added to it is still to be found.
  const kept =
    found.conf === undefined || found.conf === text
      ? []
      : [{ words: ['/bin/cp', '-p', file, `${file}.old`] }];
  return [...kept, write(file, text, 0o640), { words: ['/bin/chown', owner, file] }];
}

/** What each node has of its own. */
function nodeTasks({ base, etcFolder, varFolder }: Places, owner: string): Task[] {
  const config = join(etcFolder, 'config');
  const watcher = join(config, 'watcher.cnf');
  return [
    { words: ['/bin/mkdir', '-p', config, varFolder] },
    { words: ['/bin/chown', owner, config, varFolder] },
    write(watcher, `! The instance that the watcher of this node looks after\nbase = "${base}"\n`, 0o644),
    { words: ['/bin/chown', owner, watcher] },
  ];
}

function startTasks(answers: Answers, { base, bootFolder }: Places): Task[] {
  const start = join(base, 'sbin/start-cal');
  const script = join(bootFolder, `S92ics${base.replaceAll('/', '.')}`);
  return [
    answers.START_ON_BOOT === 'yes'
      ? write(script, `#!/bin/sh\nexec ${start}\n`, 0o755)
      : { words: ['/bin/rm', '-f', script] },
    ...(answers.START_AFTER_CONFIGURATION === 'yes' ? [{ words: [start] }] : []),
  ];
}
