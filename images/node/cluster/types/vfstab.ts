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
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const fields = line.split('\t').filter((field) => field !== '');
    const [device, rawDevice, mountPoint, fileSystem, , atBoot, options] = fields;
    if (fields.length !== 7 || !device || !rawDevice || !mountPoint || !fileSystem || !options) {
      throw new VfstabError(index + 1, `has ${fields.length} fields separated by tabs, not 7: "${line}"`);
    }
    if (atBoot !== 'yes' && atBoot !== 'no')
      throw new VfstabError(index + 1, `mount at boot is "${atBoot}", not yes or no`);
    return [
      {
        device,
        rawDevice,
        mountPoint,
        fileSystem,
        mountAtBoot: atBoot === 'yes',
        options: options.split(','),
      },
    ];
  });
}
