import type { Checker } from './checker.ts';
import { commandsOf, type Typed } from './commands.ts';
import { refusedAndAllowed } from './refusals.ts';

/** Guide 6.7: service.http.calendarhostname is fully qualified. */
export const fullHostNameChecked: Checker = {
  name: 'full-host-name-checked',
  question: 'Does a server refuse to start with a calendar host name that lacks its domain?',
  scope: 'promise',
  check(timeline) {
    const edits = commandsOf(timeline, /calendarhostname/);
    const starts = commandsOf(timeline, /^(\S+\/start-cal|scswitch -e -j \S+)$/);
    const isShort = (one: Typed) => {
      const edit = edits.findLast(({ beginMs }) => beginMs < one.beginMs);
      return edit !== undefined && /^echo .*calendarhostname="[^".]+"/.test(edit.line);
    };
    return refusedAndAllowed(
      starts.filter(isShort),
      starts.filter((one) => !isShort(one)),
      /fully qualified/,
    );
  },
};
