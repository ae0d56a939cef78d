import type { ServiceFacts, Timeline } from '../timeline.ts';
import { ms, several } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import { inWords } from './commands.ts';
import { answeredBy, movesOf, patchesOn, servedSpans } from './upgrades.ts';

/** A store in a new schema is no longer the old version's: it must leave it alone, and the service must go on. */
export const noWayBack: Checker = {
  name: 'no-way-back',
  question:
    'Once the new version has served, does the old one never serve again, and does the service go on?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const answers = answeredBy(timeline, service);
  const old = answers[0]?.version;
  const changed = answers.find(({ version }) => version !== old);
  if (changed === undefined) return inconclusive('No new version ever served.');
  const attempts = movesOf(timeline, service).filter(
    ({ target, beginMs }) => beginMs > changed.atMs && patchesOn(timeline, target, beginMs).size === 0,
  );
  if (attempts.length === 0) return inconclusive('Nobody tried to go back to a node with the old version.');
  const back = answers.filter(({ version, atMs }) => version === old && atMs > changed.atMs);
  const last = attempts.at(-1);
  const goesOn = answers.some(({ atMs, version }) => atMs > (last?.endMs ?? 0) && version !== old);
  const evidence = [
    ...attempts.map(inWords),
    ...servedSpans(timeline, service).map(
      ({ node, version, fromMs, untilMs }) => `${version} on ${node} from ${ms(fromMs)} to ${ms(untilMs)}.`,
    ),
  ];
  const wrong = [
    ...(back.length > 0
      ? [`${old} served ${several(back.length, 'operation')} of a store in the new schema.`]
      : []),
    ...(goesOn ? [] : ['After the attempt to go back nobody was served by the new version.']),
  ];
  return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
}
