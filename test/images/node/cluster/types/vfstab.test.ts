import { expect } from 'chai';
import fc from 'fast-check';
import {
  parseVfstab,
  VfstabError,
  type VfstabLine,
} from '../../../../../images/node/cluster/types/vfstab.ts';

const line = '/dev/md/a/dsk/d1\t/dev/md/a/rdsk/d1\t/cal\tufs\t2\tno\tlogging';

const word = fc.stringMatching(/^[a-z0-9/._-]{1,12}$/);
const entry: fc.Arbitrary<VfstabLine> = fc.record({
  device: word,
  rawDevice: word,
  mountPoint: word,
  fileSystem: word,
  mountAtBoot: fc.boolean(),
  options: fc.array(word, { minLength: 1, maxLength: 3 }),
});

function written(one: VfstabLine): string {
  const atBoot = one.mountAtBoot ? 'yes' : 'no';
  return [one.device, one.rawDevice, one.mountPoint, one.fileSystem, '2', atBoot, one.options.join(',')].join(
    '\t',
  );
}

describe('vfstab', () => {
  it('reads the seven fields', () => {
    expect(parseVfstab(`#device\tto mount\n\n${line},global\n`)).to.deep.equal([
      {
        device: '/dev/md/a/dsk/d1',
        rawDevice: '/dev/md/a/rdsk/d1',
        mountPoint: '/cal',
        fileSystem: 'ufs',
        mountAtBoot: false,
        options: ['logging', 'global'],
      },
    ]);
  });

  it('takes several tabs as one', () => {
    expect(parseVfstab(line.replaceAll('\t', '\t\t'))).to.deep.equal(parseVfstab(line));
  });

  const wrong: [string, string, RegExp][] = [
    ['spaces for tabs', line.replaceAll('\t', ' '), /line 3: has 1 fields/],
    ['one space for a tab', line.replace('\t2', ' 2'), /line 3: has 6 fields/],
    ['a field too many', `${line}\tmore`, /line 3: has 8 fields/],
    ['a field too few', line.replace('\tlogging', ''), /line 3: has 6 fields/],
    ['neither yes nor no', line.replace('no', 'maybe'), /line 3: mount at boot is "maybe"/],
  ];
  for (const [what, text, message] of wrong) {
    it(`refuses ${what}, with the line's number`, () =>
      expect(() => parseVfstab(`# a comment\n${line}\n${text}`)).to.throw(VfstabError, message));
  }

  it('reads back what was written', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(parseVfstab(entries.map(written).join('\n'))).to.deep.equal(entries);
      }),
    );
  });
});
