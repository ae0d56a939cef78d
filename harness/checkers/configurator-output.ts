import { type Checker, inconclusive, refuted, upheld } from './checker.ts';
import { configuratorRuns } from './configurator-runs.ts';

const HEADINGS = [
  /Loading Default Properties/,
  /Checking disk space/,
  /Starting Task Sequence/,
  /Sequence (Completed|Stopped)/,
];

/** Guide 6.11: each task as it runs, each again with its status, and the summary. */
export const configuratorOutput: Checker = {
  name: 'configurator-output',
  question:
    'Does the configurator list each task as it runs, and once more as passed or failed with its status?',
  scope: 'promise',
  check(timeline) {
    const runs = configuratorRuns(timeline).filter(({ running }) => running.length > 0);
    if (runs.length === 0) return inconclusive('The configurator ran no task.');
    const wrong = runs.flatMap(({ node, output, running, summary }) => [
      ...HEADINGS.filter((heading) => !heading.test(output)).map(
        (heading) => `On ${node} it did not say "${heading.source}".`,
      ),
      ...running
        .filter((words) => !summary.some((one) => one.words === words && one.status !== null))
        .slice(0, 3)
        .map((words) => `On ${node} the summary gives no status of ${words}.`),
      ...(/^(Not )?[Aa]ll [Tt]asks [Pp]assed\. Please check install log/m.test(output)
        ? []
        : [`On ${node} the last line is missing.`]),
    ]);
    const evidence = runs.flatMap(({ node, running, summary }) => [
      `${node}: ${running.length} tasks run, ${summary.length} in the summary.`,
      ...summary
        .filter(({ status }) => status !== 0)
        .map(({ result, words, status }) => `${result}: ${words} : status = ${status}`),
    ]);
    return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
  },
};
