/** /etc/vfstab: seven fields, separated by tabs (guide §6.6.1). Pure. */

export interface VfstabLine {
  device: string;
  rawDevice: string;
  mountPoint: string;
  fileSystem: string;
  mountAtBoot: boolean;
  options: string[];
}

export class VfstabError extends Error {
  constructor(line: number, what: string) {
    super(`/etc/vfstab line ${line}: ${what}`);
    this.name = 'VfstabError';
  }
}

export function parseVfstab(text: string): VfstabLine[] {
  return text.split('\n').flatMap((line, index) => (isEntry(line) ? [parseLine(line, index + 1)] : []));
}

function isEntry(line: string): boolean {
  return line.trim() !== '' && !line.startsWith('#');
}

function parseLine(line: string, number: number): VfstabLine {
  const fields = line.split('\t').filter((field) => field !== '');
  const [device, rawDevice, mountPoint, fileSystem, , atBoot, options] = fields;
  if (fields.length !== 7 || !device || !rawDevice || !mountPoint || !fileSystem || !options) {
    throw new VfstabError(number, `has ${fields.length} fields separated by tabs, not 7: "${line}"`);
  }
  if (atBoot !== 'yes' && atBoot !== 'no')
    throw new VfstabError(number, `mount at boot is "${atBoot}", not yes or no`);
  return {
    ...{ device, rawDevice, mountPoint, fileSystem },
    mountAtBoot: atBoot === 'yes',
    options: options.split(','),
  };
}

/**
 * The entry of a mount point, and its line as it is written. Other lines may say what they like, but a line of it that
 * is not in order is refused, as are two of them.
 */
export function entryOf(text: string, mountPoint: string): { entry: VfstabLine; line: string } {
  const found = text.split('\n').flatMap((line, index) => {
    if (!isEntry(line) || line.split(/\s+/)[2] !== mountPoint) return [];
    return [{ entry: parseLine(line, index + 1), line }];
  });
  const [first, second] = found;
  if (first === undefined) throw new Error(`/etc/vfstab has no line for ${mountPoint}`);
  if (second !== undefined)
    throw new Error(`/etc/vfstab has ${found.length} lines for ${mountPoint}; it must have one`);
  return first;
}

/** All mount points, those of lines that are not in order too. */
export function mountPointsOf(text: string): string[] {
  return text
    .split('\n')
    .filter(isEntry)
    .flatMap((line) => line.split(/\s+/)[2] ?? []);
}
