/** Which processes make the server, in which order they start, and what the commands' words mean. Pure. */
import { PROCESSES, type ProcessName } from '../program.ts';
import type { Settings } from '../settings.ts';

/** The product's words for its processes. */
export const WORDS: Readonly<Record<string, ProcessName>> = {
  watcher: 'watcher',
  ens: 'enpd',
  store: 'csstored',
  notify: 'csnotifyd',
  admin: 'csadmind',
  dwp: 'csdwpd',
  http: 'cshttpd',
};

/** What must serve before a process may begin. All register with the watcher, where there is one. */
const NEEDS: Readonly<Record<ProcessName, readonly ProcessName[]>> = {
  watcher: [],
  enpd: ['watcher'],
  csstored: ['watcher'],
  csnotifyd: ['watcher', 'enpd', 'csstored'],
  csadmind: ['watcher', 'enpd'],
  csdwpd: ['watcher', 'csstored'],
  cshttpd: ['watcher', 'enpd', 'csstored'],
};

export function needsOf(name: ProcessName): readonly ProcessName[] {
  return NEEDS[name];
}

export function wordOf(name: ProcessName): string {
  return Object.entries(WORDS).find(([, process]) => process === name)?.[0] ?? name;
}

export function isEnabled(name: ProcessName, settings: Settings): boolean {
  return settings.yes(`service.${wordOf(name)}.enable`);
}

/** In the order of their start. */
export function enabledProcesses(settings: Settings): ProcessName[] {
  return PROCESSES.filter((name) => isEnabled(name, settings));
}

export interface Request {
  /** In the order of start; none means all. */
  names: ProcessName[];
  force: boolean;
  verbose: boolean;
}

export class UsageError extends Error {
  constructor(trouble: string) {
    super(trouble);
    this.name = 'UsageError';
  }
}

/** @throws UsageError for a word that is neither an option of `options` nor a process. */
export function requestIn(words: readonly string[], options: readonly ('-f' | '-v')[]): Request {
  const flags = words.filter((word) => word.startsWith('-'));
  const unknown = flags.find((flag) => !(options as readonly string[]).includes(flag));
  if (unknown !== undefined) throw new UsageError(`there is no option ${unknown}`);
  const asked = words.filter((word) => !word.startsWith('-'));
  const wrong = asked.find((word) => !Object.hasOwn(WORDS, word));
  if (wrong !== undefined) throw new UsageError(`there is no process called ${wrong}`);
  const names = PROCESSES.filter((name) => asked.some((word) => WORDS[word] === name));
  return { names, force: flags.includes('-f'), verbose: flags.includes('-v') };
}

export function usageOf(command: string, options: string): string {
  return `usage: ${command} ${options} [${Object.keys(WORDS).join('|')}]…`;
}
