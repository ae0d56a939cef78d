import { type Checker, inconclusive } from './checker.ts';
import { commandsOf, type Typed } from './commands.ts';
import { refusedAndAllowed } from './refusals.ts';

/** Guide 6.6.1: /etc/vfstab is the same on all nodes, with tabs between its fields. */
export const vfstabChecked: Checker = {
  name: 'vfstab-checked',
  question:
    'Is a storage resource refused while /etc/vfstab differs between nodes, or lacks tabs, with the line named?',
  scope: 'promise',
  check(timeline) {
    const edits = commandsOf(timeline, /\/etc\/vfstab/);
    const creations = commandsOf(timeline, /^scrgadm -a -j \S+ .*SUNW\.HAStoragePlus/);
    if (edits.length === 0) return inconclusive('Nobody changed /etc/vfstab.');
    const lastEdit = (one: Typed) => edits.findLast(({ beginMs }) => beginMs < one.beginMs);
    const isWrong = (one: Typed) => lastEdit(one)?.line.startsWith('sed') === true;
    return refusedAndAllowed(
      creations.filter(isWrong),
      creations.filter((one) => !isWrong(one)),
      /\/cal\b.*vfstab|vfstab.*\/cal\b/s,
    );
  },
};
