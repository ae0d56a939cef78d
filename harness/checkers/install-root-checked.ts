import type { Checker } from './checker.ts';
import { commandsOf, type Typed } from './commands.ts';
import { refusedAndAllowed } from './refusals.ts';

/** Guide 6.6.3: the same installation root on all nodes. */
export const installRootChecked: Checker = {
  name: 'install-root-checked',
  question: 'Is a server resource refused whose installation root is not there on every node?',
  scope: 'promise',
  check(timeline, { nodes }) {
    const rootOf = ({ line }: Typed) => /ICS_serverroot=(\S+)\/SUNWics5\/cal/.exec(line)?.[1] ?? '';
    const creations = commandsOf(timeline, /^scrgadm -a -j \S+ .*ICS_serverroot=/);
    const installedOn = (root: string, atMs: number) =>
      nodes.filter((node) =>
        commandsOf(timeline, /^commsinstall /).some(
          (one) => one.node === node && one.exit === 0 && one.endMs <= atMs && one.line.endsWith(` ${root}`),
        ),
      );
    const isWrong = (one: Typed) => installedOn(rootOf(one), one.beginMs).length < nodes.length;
    return refusedAndAllowed(
      creations.filter(isWrong),
      creations.filter((one) => !isWrong(one)),
      /same installation on all nodes/,
    );
  },
};
