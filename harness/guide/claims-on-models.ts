/** Guide 6.1: what the three models promise, and its arithmetic of down time. */
import type { ClaimRow } from './claim.ts';

const needsUpgrade = { notYet: 'No drill upgrades a node yet.' };
const needsSymmetric = { notYet: 'No drill runs the symmetric model yet.' };
const needsNPlusOne = { notYet: 'No drill runs the N+1 model yet.' };
const needsComparison = { notYet: 'No drill compares one model with another yet.' };
const needsLatencies = { notYet: 'No drill compares latencies before and after a failover yet.' };
const needsArithmetic = { notYet: 'The availability arithmetic is not done yet.' };

export const claimsOnModels: readonly ClaimRow[] = [
  [
    '6.1.1/one-active-node',
    'Of two nodes only the primary works; the other waits.',
    { checks: ['backup-idle', 'single-mount', 'single-address'] },
  ],
  [
    '6.1.1/backup-takes-over',
    'When the primary fails, the backup serves in its place.',
    { checks: ['outage-interval', 'acknowledged-writes'] },
  ],
  [
    '6.1.1/disk-switched',
    'A failover hands the shared array over to the backup.',
    { checks: ['old-owner-fenced'] },
  ],
  [
    '6.1.1/stop-then-start',
    'The old instance has stopped before the new one starts.',
    { checks: ['stop-then-start'], expectedIn: { 'node-kill': 'refuted' } },
  ],
  [
    '6.1.1/no-contention',
    'After a failover nothing competes with the service on the backup.',
    needsLatencies,
  ],
  ['6.1.1/rolling-upgrade', 'One node can be upgraded while the other serves.', needsUpgrade],
  [
    '6.1.1/config-isolated',
    'Editing ics.conf during the upgrade leaves the running instance alone.',
    needsUpgrade,
  ],
  [
    '6.1.1/config-read-once',
    'A changed configuration takes effect at a restart and not before.',
    needsUpgrade,
  ],
  [
    '6.1.1/upgrade-by-failover',
    'Failing over to the upgraded node frees the other for its upgrade.',
    needsUpgrade,
  ],
  ['6.1.1/secondary-first', 'The upgrade can begin with the secondary node as well.', needsUpgrade],
  ['6.1.1/backup-idle', 'The backup has next to nothing to do.', { checks: ['backup-idle', 'idle-ratio'] }],
  [
    '6.1.1/array-is-single-point',
    'With its only array lost, the service has nowhere to go.',
    { notYet: 'No drill takes an array away yet.' },
  ],
  [
    '6.1.2/both-active',
    'Both nodes serve at once, each an instance of its own.',
    { checks: ['load-distributed'] },
  ],
  ['6.1.2/mirrored-arrays', "Each array carries one store and a copy of the other array's.", needsSymmetric],
  ['6.1.2/mutual-backup', 'Each node stands in for the other.', { checks: ['backup-serves'] }],
  [
    '6.1.2/dual-instance',
    'After a failover one node runs both instances, apart in binaries and store.',
    needsSymmetric,
  ],
  [
    '6.1.2/only-cpu-shared',
    'Two instances on one node have only its computing power in common.',
    needsSymmetric,
  ],
  ['6.1.2/contention', 'A node that runs both instances serves each more slowly.', needsSymmetric],
  ['6.1.2/array-loss-survived', 'With one array lost, the service goes on from the copy.', needsSymmetric],
  [
    '6.1.2/no-rolling-upgrade',
    'Binaries on the shared disk can get in the way of a rolling upgrade.',
    needsSymmetric,
  ],
  [
    '6.1.3/shared-backup',
    'Several nodes have one backup in common, which otherwise rests.',
    { checks: ['backup-idle'] },
  ],
  [
    '6.1.3/backup-for-any',
    'The backup can take the service of whichever node fails.',
    { checks: ['backup-serves'] },
  ],
  [
    '6.1.3/multiple-failures',
    'The backup can run the services of all nodes at the same time.',
    { checks: ['backup-serves', 'acknowledged-writes'] },
  ],
  ['6.1.3/own-array', 'Every node has an array to itself.', needsNPlusOne],
  ['6.1.3/load-distributed', 'The nodes divide the load among them.', { checks: ['load-distributed'] }],
  [
    '6.1.3/one-backup-enough',
    'No combination of node failures asks for a second backup.',
    { checks: ['backup-serves'] },
  ],
  ['6.1.3/excess-capacity', 'The backup has to be large enough for several instances.', needsNPlusOne],
  ['6.1.3/idle-ratio', 'One node idles for every N that work.', { checks: ['idle-ratio'] }],
  ['6.1.3/same-procedure', 'Repeating the asymmetric set-up with the same backup gives N+1.', needsNPlusOne],
  [
    '6.1.4/asymmetric-simple',
    'Asymmetric is the simple one to configure, N+1 the laborious one.',
    needsComparison,
  ],
  [
    '6.1.4/zero-downtime',
    'An asymmetric cluster is upgraded without users noticing.',
    { ...needsUpgrade, expected: 'refuted' },
  ],
  ['6.1.4/needs-redundant-disks', 'Symmetric depends on every disk having a copy.', needsSymmetric],
  [
    '6.1.4/backup-reserved',
    "The asymmetric backup is entirely the primary's.",
    { notYet: 'No drill observes the backup over its whole run yet.' },
  ],
  ['6.1.4/symmetric-better-use', 'Symmetric gets more work out of the same machines.', needsComparison],
  [
    '6.1.4/symmetric-higher-availability',
    'Symmetric is cut off for less time by the same faults.',
    needsComparison,
  ],
  ['6.1.4/easy-expansion', 'Another node joins an N+1 cluster without trouble.', needsNPlusOne],
  ['6.1.5/single-server', 'A single server is down on 1.37 % of days.', needsArithmetic],
  ['6.1.5/asymmetric', 'An asymmetric cluster is down on 0.27 % of days.', needsArithmetic],
  ['6.1.5/symmetric', 'A symmetric cluster is hardly ever down.', needsArithmetic],
  [
    '6.1.5/n-plus-1',
    'An N+1 cluster is down on 0.27 %/N of days.',
    { ...needsArithmetic, expected: 'refuted' },
  ],
];
