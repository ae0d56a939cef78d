import { occasionsOf } from '../occasions.ts';
import type { ServiceFacts, Timeline } from '../timeline.ts';
import { ms } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import { answeredBy, type Move, movesOf, patchesOn, patchingsOf, servedSpans } from './upgrades.ts';

/** Guide 6.1.1: the failover to the upgraded node is what brings users the new version. */
export const upgradeByFailover: Checker = {
  name: 'upgrade-by-failover',
  question:
    'Does a failover to an upgraded node bring users the new version, and one to another node the old one?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const first = patchingsOf(timeline)[0];
  const old = answeredBy(timeline, service)[0]?.version;
  if (first === undefined || old === undefined)
    return inconclusive('No patch was installed, or nobody was served.');
  const moves = movesOf(timeline, service).filter(({ exit }) => exit === 0);
  const findings = moves.map((move) => ({ move, ...ofMove(timeline, service, move) }));
  const served = findings.filter(({ versions }) => versions.length > 0);
  if (!served.some(({ upgraded }) => upgraded)) return inconclusive('Nobody was served by an upgraded node.');
  const wrong = served.flatMap(({ move, upgraded, versions }) => {
    const right = upgraded
      ? versions.length === 1 && versions[0] !== old
      : versions.every((one) => one === old);
    if (right) return [];
    return [
      `${move.target}, ${upgraded ? 'upgraded' : 'not upgraded'}, answered as ${versions.join(' and ')}; before the upgrade it was ${old}.`,
    ];
  });
  const evidence = servedSpans(timeline, service).map(
    ({ node, version, fromMs, untilMs, answers }) =>
      `${version} on ${node} from ${ms(fromMs)} to ${ms(untilMs)}, ${answers} answers.`,
  );
  return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
}

function ofMove(timeline: Timeline, service: ServiceFacts, { target, beginMs, endMs }: Move) {
  const nextMs = occasionsOf(timeline).find(({ atMs }) => atMs >= endMs)?.atMs ?? Number.POSITIVE_INFINITY;
  const after = answeredBy(timeline, service).filter(
    ({ node, atMs }) => node === target && atMs >= endMs && atMs < nextMs,
  );
  return {
    upgraded: patchesOn(timeline, target, beginMs).size > 0,
    versions: [...new Set(after.map(({ version = '' }) => version))],
  };
}
