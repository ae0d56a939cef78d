import { type Checker, inconclusive, refuted, upheld } from './checker.ts';
import { configuratorRuns } from './configurator-runs.ts';
import { readingsOf } from './files.ts';

/** Guide 6.6.3: the secondary shares the primary's configuration by its state file. */
export const stateFile: Checker = {
  name: 'state-file',
  question:
    'Does the run from the state file leave the configuration that the answers on the primary have made?',
  scope: 'promise',
  check(timeline) {
    const replay = configuratorRuns(timeline).find(({ silent }) => silent);
    if (replay === undefined) return inconclusive('Nobody ran the configurator from a state file.');
    const readings = readingsOf(timeline, null, /\/config\/ics\.conf$/);
    const before = readings.findLast(({ atMs }) => atMs <= replay.beginMs);
    const after = readings.find(({ atMs }) => atMs >= replay.endMs);
    if (before?.is !== 'file' || after?.is !== 'file')
      return inconclusive('Nobody read ics.conf before and after the run.');
    if (replay.exit === null) return inconclusive('The run never ended.');
    const changed = after.content.split('\n').filter((line) => !before.content.includes(line));
    const evidence = [
      `ics.conf as ${before.node} made it: SHA-256 ${before.digest.slice(0, 16)}…; as ${after.node} did: ${after.digest.slice(0, 16)}….`,
    ];
    return before.digest === after.digest
      ? upheld(...evidence)
      : refuted(`Other lines: ${changed.slice(0, 5).join(' ')}`, ...evidence);
  },
};
