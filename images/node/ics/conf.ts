/** ics.conf: `name = "value"`, `!` begins a comment, the last of two equal names wins. Read once, at start. Pure. */

export class ConfError extends Error {
  constructor(line: number, what: string) {
    super(`ics.conf line ${line}: ${what}`);
    this.name = 'ConfError';
  }
}

export function parseConf(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '' || line.trimStart().startsWith('!')) return;
    const [, name, value] = /^\s*([a-z0-9._-]+)\s*=\s*"([^"]*)"\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new ConfError(index + 1, `not of the form name = "value": ${line}`);
    settings.set(name, value);
  });
  return settings;
}

/** A setting that the server cannot do without. */
export function needed(settings: Map<string, string>, name: string): string {
  const value = settings.get(name);
  if (value === undefined || value === '') throw new Error(`ics.conf does not set ${name}`);
  return value;
}
