/** Guide 6.2 to 6.11: storage, procedures and daily operation. */
import type { ClaimRow } from './claim.ts';

/** Drills are no procedures: "drill runbook" of the document that lists it bears on it. */
const BY_RUNBOOK = 'No drill does: the runbook of this procedure, run by "drill runbook", bears on it.';
const asWritten = { notYet: BY_RUNBOOK, runbookChecks: ['runbook-steps'], expected: 'refuted' as const };
const corrected = { notYet: BY_RUNBOOK, runbookChecks: ['runbook-steps', 'runbook-at-end'] };

export const claimsOnOperation: readonly ClaimRow[] = [
  [
    '6.2.1/one-node-at-a-time',
    'A failover file system is on one node and never on two.',
    { checks: ['single-mount'] },
  ],
  [
    '6.2.1/failover-only',
    'A failover file system is refused outside a failover group.',
    { checks: ['failover-only'] },
  ],
  [
    '6.2.1/ffs-and-gfs',
    'File systems can fail over or be global, whichever vfstab says.',
    { checks: ['file-systems-as-vfstab'] },
  ],
  [
    '6.2.1/any-global-device-fs',
    'The type of file system on a device group does not matter.',
    { checks: ['file-systems-as-vfstab'] },
  ],
  [
    '6.5/listens-on-logical-address',
    'The web server of the calendar binds to the logical address.',
    { checks: ['listens-on-logical-address'] },
  ],
  [
    '6.6.1/vfstab-identical',
    'All nodes have the same vfstab, with tabs between its fields.',
    { checks: ['vfstab-checked'] },
  ],
  [
    '6.6.3/asymmetric-procedure/as-written',
    'The steps of 6.6, taken literally, end in a working asymmetric cluster.',
    asWritten,
  ],
  [
    '6.6.3/asymmetric-procedure/corrected',
    'The steps of 6.6, with their errors mended, end in a working asymmetric cluster.',
    corrected,
  ],
  [
    '6.6.3/same-install-root',
    'Every node installs under the same root.',
    { checks: ['install-root-checked'] },
  ],
  [
    '6.6.3/installed-layout',
    'The installation has the folders that the guide shows.',
    { checks: ['installed-layout'] },
  ],
  [
    '6.6.3/all-directories-shared',
    'Whatever directory is configured lies on the shared disk.',
    { checks: ['directories-shared'] },
  ],
  ['6.6.3/install-log', 'The installer says where its log is.', { checks: ['install-log'] }],
  [
    '6.6.3/all-tasks-passed',
    'The configurator reports at its end that every task passed.',
    { checks: ['all-tasks-passed'] },
  ],
  [
    '6.6.3/state-file',
    "The secondary takes its configuration from the primary's recorded answers.",
    { checks: ['state-file'] },
  ],
  [
    '6.6.3/test-failover',
    'Switching back to the first node shows that the set-up works.',
    { checks: ['fail-over-command', 'outage-interval'] },
  ],
  [
    '6.7/symmetric-procedure/as-written',
    'The steps of 6.7, taken literally, end in a working symmetric cluster.',
    asWritten,
  ],
  [
    '6.7/symmetric-procedure/corrected',
    'The steps of 6.7, with their errors mended, end in a working symmetric cluster.',
    corrected,
  ],
  [
    '6.7/fqdn-hostname',
    'The calendar host name has to be given with its domain.',
    { checks: ['full-host-name-checked'] },
  ],
  ['6.8/start', 'Enabling the resource with scswitch starts the service.', { checks: ['start-command'] }],
  ['6.8/fail-over', 'scswitch moves the group to the node that it names.', { checks: ['fail-over-command'] }],
  [
    '6.8/disable',
    'Disabling with scswitch ends the service and nothing else.',
    { checks: ['disable-command'] },
  ],
  ['6.8/remove', 'scrgadm removes a resource that was disabled before.', { checks: ['remove-command'] }],
  [
    '6.8/restart',
    'scrgadm -R restarts the service.',
    { checks: ['restart-as-written'], expected: 'refuted' },
  ],
  [
    '6.9/removal/as-written',
    'The steps of 6.9, taken literally, take the service out of the cluster.',
    { checks: ['ha-removed'], expected: 'refuted' },
  ],
  [
    '6.9/removal/corrected',
    'The steps of 6.9, with their errors mended, take the service out of the cluster.',
    { checks: ['ha-removed'] },
  ],
  ['6.9/superuser', 'Only the superuser may give these commands.', { checks: ['superuser-only'] }],
  [
    '6.10/agent-log',
    "At level 9 the agent writes to its node's log in the form shown.",
    { checks: ['agent-log'] },
  ],
  ['6.10/per-node-log', 'Each node keeps an agent log to itself.', { checks: ['per-node-log'] }],
  [
    '6.10/message-prefix',
    "The agent's messages begin with type, group, resource and method.",
    { checks: ['message-prefix'] },
  ],
  [
    '6.10/cluster-log',
    'One line in syslog.conf gathers the messages in the cluster log.',
    { checks: ['cluster-log'] },
  ],
  [
    '6.11/configurator-output',
    'The configurator lists each task with its status and sums up.',
    { checks: ['configurator-output'] },
  ],
];
