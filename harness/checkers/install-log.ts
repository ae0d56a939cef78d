import { type Checker, inconclusive, refuted, upheld } from './checker.ts';
import { configuratorRuns } from './configurator-runs.ts';
import { lastReading } from './files.ts';

/** Guide 6.6.3: the output names an install log. */
export const installLog: Checker = {
  name: 'install-log',
  question: 'Is there, on the node, the install log that the configurator names, with its tasks in it?',
  scope: 'promise',
  check(timeline) {
    const runs = configuratorRuns(timeline).filter(({ running }) => running.length > 0);
    if (runs.length === 0) return inconclusive('The configurator ran no task.');
    const findings = runs.map((run) => ({ ...run, read: lastReading(timeline, run.node, run.log ?? '') }));
    const unread = findings.find(({ log, read }) => log !== null && read === undefined);
    if (unread) return inconclusive(`Nobody looked for ${unread.log} on ${unread.node}.`);
    const wrong = findings.flatMap(({ node, log, read, running }) => {
      if (log === null) return [`On ${node} it named no log.`];
      if (read?.is !== 'file') return [`${log} is not there on ${node}.`];
      const missing = running.filter((words) => !read.content.includes(words));
      return missing.length > 0
        ? [`${log} on ${node} lacks ${missing.length} of ${running.length} tasks.`]
        : [];
    });
    const evidence = findings.map(
      ({ node, log, read }) => `${log} on ${node}: ${read?.content.length} characters.`,
    );
    return wrong.length > 0 ? refuted(...wrong) : upheld(...evidence);
  },
};
