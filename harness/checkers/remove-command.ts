import type { Timeline } from '../timeline.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';
import { commandsOf, inWords, type Typed } from './commands.ts';

/** Guide 6.8, with what the manual adds: only a resource that is disabled can be removed. */
export const removeCommand: Checker = {
  name: 'remove-command',
  question:
    'Does "scrgadm -r -j" refuse an enabled resource, and remove a disabled one so that its name is free?',
  scope: 'promise',
  check(timeline) {
    const removals = commandsOf(timeline, /^scrgadm -r -j \S+$/);
    const early = removals.find((one) => !wasDisabled(timeline, one));
    const late = removals.find((one) => wasDisabled(timeline, one));
    if (early === undefined || late === undefined)
      return inconclusive('Nobody removed the resource both while it was enabled and after it was disabled.');
    const resource = resourceOf(late);
    const anew = commandsOf(timeline, new RegExp(`^scrgadm -a -j ${resource} `)).find(
      ({ beginMs }) => beginMs >= late.endMs,
    );
    if (anew === undefined) return inconclusive(`Nobody tried whether the name ${resource} is free again.`);
    const wrong = [
      ...(early.exit === 0 ? ['An enabled resource was removed.'] : []),
      ...(late.exit === 0 ? [] : ['The removal of a disabled resource failed.']),
      ...(anew.exit === 0 ? [] : [`${resource} could not be created anew: it was still there.`]),
    ];
    const evidence = [early, late, anew].map(inWords);
    return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
  },
};

const resourceOf = ({ line }: Typed) => line.split(' ').at(-1) ?? '';

/** By what was typed before: nothing is asked of the cluster. */
function wasDisabled(timeline: Timeline, removal: Typed): boolean {
  const switched = commandsOf(timeline, new RegExp(`^scswitch -[en] -j ${resourceOf(removal)}$`));
  return switched.findLast(({ endMs }) => endMs <= removal.beginMs)?.line.startsWith('scswitch -n') ?? false;
}
