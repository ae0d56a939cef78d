/** What the simulated cluster's nodes tell on their way. */
import type { Mark } from '../side.ts';

function ended(name: string, group: string, method: string): Mark {
  return {
    name,
    shows: (event) =>
      event.kind === 'method-end' && event.ok && event.group === group && event.method === method,
  };
}

export function oursMarks(group: string): { powerLoss: Mark[]; move: Mark[] } {
  const started = [
    ended('storage', group, 'hastorageplus_prenet_start'),
    ended('address', group, 'hafoip_start'),
    ended('service start', group, 'gds_svc_start'),
  ];
  return {
    powerLoss: [
      { name: 'detection', shows: ({ kind }) => kind === 'suspected' },
      { name: 'membership', shows: (event) => event.kind === 'view' && event.quorum },
      { name: 'fencing', shows: ({ kind }) => kind === 'fenced' },
      ...started,
    ],
    move: [
      ended('service stop', group, 'gds_svc_stop'),
      ended('address off', group, 'hafoip_stop'),
      ended('storage off', group, 'hastorageplus_postnet_stop'),
      ...started,
    ],
  };
}
