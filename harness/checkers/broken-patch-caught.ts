import { SUSTAINED } from '../outage.ts';
import type { ServiceFacts, Timeline } from '../timeline.ts';
import { ms } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import { inWords, nextCommandMs } from './commands.ts';
import { answeredBy, movesOf, patchesOn } from './upgrades.ts';

/** A server that starts and then serves nobody is found out by the probe, and the cluster goes back by itself. */
export const brokenPatchCaught: Checker = {
  name: 'broken-patch-caught',
  question:
    'Does the service come back from the other node, with no operator at work, when the upgraded one serves nobody?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const move = movesOf(timeline, service).find(
    ({ target, beginMs }) => patchesOn(timeline, target, beginMs).size > 0,
  );
  if (move === undefined) return inconclusive('The service was never moved to an upgraded node.');
  const nextMs = nextCommandMs(timeline, move);
  const answers = answeredBy(timeline, service).filter(({ atMs }) => atMs >= move.beginMs && atMs < nextMs);
  const byBroken = answers.filter(({ node, atMs }) => node === move.target && atMs > move.beginMs);
  if (byBroken.length > 0)
    return inconclusive(`${move.target} served with its patch: it was not broken.`, inWords(move));
  const gone = answers.filter(({ plannedMs }) => plannedMs > move.endMs);
  if (gone.length < SUSTAINED)
    return refuted(
      `Until an operator typed the next command at ${ms(nextMs)}, nobody was served again.`,
      inWords(move),
    );
  const [first] = gone;
  return upheld(
    inWords(move),
    `${first?.node} served again as ${first?.version} from ${ms(first?.atMs ?? 0)} on, ${ms((first?.atMs ?? 0) - move.beginMs)} after the failover began; the next command came at ${ms(nextMs)}.`,
  );
}
