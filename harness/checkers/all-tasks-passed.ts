import { type Checker, inconclusive, refuted, upheld } from './checker.ts';
import { configuratorRuns } from './configurator-runs.ts';

/** Guide 6.6.3: the end of the output says so. */
export const allTasksPassed: Checker = {
  name: 'all-tasks-passed',
  question: 'Does every run of the configurator end with "All Tasks Passed" and status 0?',
  scope: 'promise',
  check(timeline) {
    const runs = configuratorRuns(timeline);
    if (runs.length === 0) return inconclusive('The configurator was not run.');
    const wrong = runs.flatMap(({ node, exit, output, summary }) => [
      ...(exit === 0 ? [] : [`On ${node} it ended with status ${exit}.`]),
      ...(/^All Tasks Passed\./m.test(output) ? [] : [`On ${node} it did not say "All Tasks Passed".`]),
      ...summary
        .filter(({ result }) => result === 'FAILED')
        .map(({ words }) => `On ${node} failed: ${words}.`),
    ]);
    const evidence = runs.map(
      ({ node, exit, summary, silent }) =>
        `${node}, ${silent ? 'from the state file' : 'answers typed'}: status ${exit}, ${summary.length} tasks.`,
    );
    return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
  },
};
