import { operationsOf } from '../outage.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { ms, several } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import { answersBetween, answersInWords } from './commands.ts';
import { type Patching, patchingsOf, recordedPatches } from './upgrades.ts';

/** Fewer operations within an installation would not show that it disturbs them. */
const LEAST_OPERATIONS = 5;
/** A late answer of a busy machine is not the installation's doing. */
const MOST_FAILED = 0.1;

/** Guide 6.1.1: one node is upgraded while the service runs on the other. */
export const upgradedWhileServing: Checker = {
  name: 'upgraded-while-serving',
  question:
    'Is each patch installed on a node that serves nobody, while every operation succeeds on the other?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const installed = patchingsOf(timeline).filter(({ adds }) => adds);
  if (installed.length === 0) return inconclusive('No patch was installed.');
  const findings = installed.map((one) => ofStep(timeline, service, one));
  const wrong = findings.flatMap((finding) => finding.wrong);
  const evidence = findings.flatMap((finding) => finding.evidence);
  if (wrong.length > 0) return refuted(...wrong, ...evidence);
  const thin = findings.filter(({ count }) => count < LEAST_OPERATIONS);
  return thin.length > 0
    ? inconclusive('Too few operations fell into the time of an installation.', ...evidence)
    : upheld(...evidence);
}

function ofStep(timeline: Timeline, service: ServiceFacts, { node, patches, beginMs, endMs }: Patching) {
  const during = operationsOf(timeline, service, 'write', 'read').filter(
    ({ plannedMs }) => plannedMs >= beginMs && plannedMs <= endMs,
  );
  const bad = during.filter(({ outcome }) => outcome !== 'ok');
  const here = during.filter((operation) => operation.node === node);
  const answers = answersInWords(answersBetween(timeline, service, beginMs, endMs));
  const before = recordedPatches(timeline, node, beginMs);
  const looked = ofKind(timeline, 'file-seen').find(
    (event) => event.node === node && event.path.endsWith('/pkginfo') && event.atMs >= endMs,
  );
  const after = looked === undefined ? null : recordedPatches(timeline, node, looked.atMs);
  const unrecorded = patches.filter((id) => after !== null && !after.split(' ').includes(id));
  const what = `${patches.join(', ')} on ${node}`;
  return {
    count: during.length,
    wrong: [
      ...(bad.length > during.length * MOST_FAILED
        ? [`While ${what} was installed, ${several(bad.length, 'operation')} did not succeed.`]
        : []),
      ...(here.length > 0 ? [`${node} itself served while ${what} was installed.`] : []),
      ...(unrecorded.length > 0
        ? [`The package record of ${node} does not name ${unrecorded.join(', ')}.`]
        : []),
    ],
    evidence: [
      `${what}: ${ms(endMs - beginMs)}, ${several(during.length, 'operation')} meanwhile (${answers}), all but ${bad.length} with success.`,
      `Patches on ${node} by its record: ${before || 'none'}, then ${after === null ? 'not read' : after || 'none'}.`,
    ],
  };
}
