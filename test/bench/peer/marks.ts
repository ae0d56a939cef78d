/** What a node of the peer says on its way, as its daemons log it. */
import type { TimelineEvent } from '../../../harness/timeline.ts';
import type { Mark } from '../side.ts';

function says(name: string, pattern: RegExp): Mark {
  return { name, shows: (event: TimelineEvent) => event.kind === 'log' && pattern.test(event.text) };
}

const result = (name: string, operation: string, resource: string) =>
  says(name, new RegExp(`Result of ${operation} operation for ${resource} on \\w+: ok`));

const started = [
  result('storage', 'start', 'storage'),
  result('address', 'start', 'address'),
  result('service start', 'start', 'service'),
];

export function peerMarks(fencing: boolean): { powerLoss: Mark[]; move: Mark[] } {
  return {
    powerLoss: [
      says('detection', /A processor failed, forming new configuration/),
      says('membership', /A new membership .* was formed/),
      ...(fencing ? [says('fencing', /Operation 'off' targeting .*: OK/)] : []),
      says('decision', /Requesting local execution of start operation for storage/),
      ...started,
    ],
    move: [
      says('decision', /Requesting local execution of stop operation for service/),
      result('service stop', 'stop', 'service'),
      result('address off', 'stop', 'address'),
      result('storage off', 'stop', 'storage'),
      ...started,
    ],
  };
}
