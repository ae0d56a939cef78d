import { ofKind } from '../timeline.ts';
import { several, thousands } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Guide 6.1.2: each array has a mirror of what the other one stores. */
export const mirrorHalvesEqual: Checker = {
  name: 'mirror-halves-equal',
  question: 'Are the two halves of each mirror the same, byte by byte, each on an array of its own?',
  scope: 'promise',
  check(timeline, { services }) {
    const compared = ofKind(timeline, 'halves');
    if (compared.length === 0) return inconclusive('Nobody compared the halves of a mirror.');
    const missing = services.filter(({ volume }) => !compared.some((one) => one.volume === volume));
    if (missing.length > 0)
      return inconclusive(
        ...missing.map(({ name }) => `Nobody compared the halves of the mirror of ${name}.`),
      );
    const unread = compared.filter(({ problem }) => problem !== '');
    const wrong = compared.flatMap(({ volume, luns, differing, firstAt }) => [
      ...(differing === 0
        ? []
        : [
            `${luns.join(' and ')} of ${volume} differ in ${several(differing, 'byte')}, first at byte ${thousands(firstAt)}.`,
          ]),
      ...(arrayOf(luns[0]) === arrayOf(luns[1])
        ? [`Both halves of ${volume} are on ${arrayOf(luns[0])}.`]
        : []),
    ]);
    if (wrong.length > 0) return refuted(...wrong);
    if (unread.length > 0)
      return inconclusive(
        ...unread.map(({ volume, problem }) => `${volume} could not be compared: ${problem}`),
      );
    return upheld(
      ...compared.map(
        ({ volume, luns, bytes }) =>
          `${volume}: all ${thousands(bytes)} bytes of ${luns.join(' and ')} are the same.`,
      ),
    );
  },
};

function arrayOf(lun: string): string {
  return lun.split('/')[0] ?? '';
}
