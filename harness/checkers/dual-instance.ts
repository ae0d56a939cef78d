import { mergeVerdicts } from '../guide/verdicts.ts';
import { operationsOf } from '../outage.ts';
import type { DrillFacts, Timeline } from '../timeline.ts';
import { ms, several, someOf } from '../wording.ts';
import { type Checker, type Finding, inconclusive, refuted, upheld } from './checker.ts';
import { type CloseLook, looksAtSeveral } from './looks-at-instances.ts';

/** Guide 6.1.2: after a failover both instances run on one node, each from its own installation and store. */
export const dualInstance: Checker = {
  name: 'dual-instance',
  question: 'Did one node run several instances, each from its own installation and on its own store?',
  scope: 'promise',
  check(timeline: Timeline, { services }: DrillFacts) {
    const looks = looksAtSeveral(timeline, services);
    if (looks.length === 0) return inconclusive('The witness never saw several services on one node.');
    const findings = looks.flatMap((look) => look.hosted.map((one) => ofInstance(timeline, look, one)));
    return {
      verdict: mergeVerdicts(findings.map(({ verdict }) => verdict)),
      evidence: findings.flatMap(({ evidence }) => evidence),
    };
  },
};

function ofInstance(
  timeline: Timeline,
  { node, atMs }: CloseLook,
  { service, sinceMs, instance }: CloseLook['hosted'][number],
): Finding {
  const { name, serverBase, mountPoint } = service;
  const where = `${name} on ${node} at ${ms(atMs)}`;
  if (instance === undefined) return refuted(`${where}: no process of ${serverBase}.`);
  const foreign = instance.processes.filter(({ program }) => !program.startsWith(`${serverBase}/`));
  if (foreign.length > 0)
    return refuted(
      `${where}: runs ${someOf(foreign.map(({ program }) => program))}, not from ${serverBase}.`,
    );
  const store = instance.files.filter((path) => path.startsWith(`${mountPoint}/csdb/`));
  if (store.length === 0) return refuted(`${where}: has no store under ${mountPoint}/csdb open.`);
  // Not of the last moments alone: two on a node that is too small can starve one of them.
  const served = operationsOf(timeline, service, 'write', 'read').filter(
    (one) => one.outcome === 'ok' && one.node === node && one.atMs >= sinceMs && one.atMs <= atMs,
  ).length;
  if (served === 0) return refuted(`${where}: runs, and has answered nobody since it came there.`);
  return upheld(
    `${where}: ${several(instance.processes.length, 'process', 'processes')} from ${serverBase}, ${several(store.length, 'file')} of the store in ${mountPoint}/csdb open; ${several(served, 'operation')} served in ${ms(atMs - sinceMs)} since it came there.`,
  );
}
