/** The checkers of upgrades and of configuration changes: which version, and which settings, answered users when. */
import type { TimelineEvent } from '../../harness/timeline.ts';
import { answered, commanded, read, typed } from '../helpers/commanded.ts';
import { checks } from '../helpers/verdicts.ts';

const RECORD = '/var/sadm/pkg/SUNWics5/pkginfo';
const by = (node: string, version = '6.3-0', instance = 'LOG-HOST-RS') => ({ node, version, instance });
const move = (target: string, atMs: number) =>
  typed('Node1', `scswitch -z -g CAL-RG -h ${target}`, atMs, 0, '', atMs + 1000);
const patch = (node: string, atMs: number, exit = 0) => typed(node, 'patchadd 963001-01', atMs, exit);
const recorded = (after = '963001-01') => [
  read('Node2', RECORD, 1900, { content: 'PATCHLIST=\n' }),
  read('Node2', RECORD, 2300, { content: `PATCHLIST=${after}\n` }),
];

/** The secondary is upgraded at 2000, and the service moves to it at 3000. */
const upgrade = (version: string, ...more: (TimelineEvent | TimelineEvent[])[]) =>
  commanded(
    answered(1000, 3000, by('Node1')),
    recorded(),
    patch('Node2', 2000),
    move('Node2', 3000),
    answered(3000, 4000, null),
    answered(4000, 6000, by('Node2', version)),
    ...more,
  );

checks('upgraded-while-serving', {
  upheld: upgrade('6.3-1'),
  refuted: {
    'operations fail during the installation': commanded(
      answered(1000, 2000, by('Node1')),
      answered(2000, 3000, null),
      recorded(),
      patch('Node2', 2000),
    ),
    'the node that is upgraded serves': commanded(
      answered(1000, 3000, by('Node2')),
      recorded(),
      patch('Node2', 2000),
    ),
    'its record does not name the patch': commanded(
      answered(1000, 3000, by('Node1')),
      recorded(''),
      patch('Node2', 2000),
    ),
  },
  inconclusive: {
    'the patch was refused': commanded(answered(1000, 3000, by('Node1')), patch('Node2', 2000, 1)),
    'there was no load': commanded(recorded(), patch('Node2', 2000)),
  },
});

checks('upgrade-by-failover', {
  upheld: upgrade('6.3-1'),
  refuted: {
    'the upgraded node serves the old version': upgrade('6.3-0'),
    'a node without the patch serves the new one': upgrade(
      '6.3-1',
      move('Node1', 6000),
      answered(7000, 8000, by('Node1', '6.3-1')),
    ),
  },
  inconclusive: {
    'nobody was served by the upgraded node': commanded(
      answered(1000, 3000, by('Node1')),
      patch('Node2', 2000),
    ),
  },
});

checks('zero-downtime', {
  upheld: commanded(answered(1000, 6000, by('Node1')), patch('Node2', 2000)),
  refuted: { 'the failover cuts users off': upgrade('6.3-1') },
  inconclusive: {
    'nothing was upgraded': commanded(answered(1000, 6000, by('Node1')), patch('Node2', 2000, 1)),
  },
});

checks('no-rolling-upgrade', {
  upheld: commanded(
    answered(1000, 3000, by('Node1')),
    move('Node2', 3000),
    answered(3000, 4000, null),
    answered(4000, 5000, by('Node2')),
    typed('Node2', 'scswitch -n -j CAL-SVR-RS', 5000),
    answered(5000, 7000, null),
    patch('Node2', 5500),
    typed('Node2', 'scswitch -e -j CAL-SVR-RS', 6500),
    answered(7000, 9000, by('Node2', '6.3-1')),
  ),
  refuted: { 'switchovers alone bring the new version': upgrade('6.3-1') },
  inconclusive: { 'the new version never serves': upgrade('6.3-0') },
});

checks('no-way-back', {
  upheld: upgrade(
    '6.3-2',
    move('Node1', 6000),
    answered(6000, 7500, null),
    answered(7500, 9000, by('Node2', '6.3-2')),
  ),
  refuted: {
    'the old version serves again': upgrade('6.3-2', move('Node1', 6000), answered(7500, 9000, by('Node1'))),
    'nobody serves any more': upgrade('6.3-2', move('Node1', 6000), answered(7500, 9000, null)),
  },
  inconclusive: { 'nobody tried to go back': upgrade('6.3-2') },
});

const broken = (...after: (TimelineEvent | TimelineEvent[])[]) =>
  commanded(
    answered(1000, 3000, by('Node1')),
    patch('Node2', 2000),
    move('Node2', 3000),
    answered(3000, 5000, null),
    ...after,
    typed('Node2', 'patchrm 963001-01', 8000),
  );
checks('broken-patch-caught', {
  upheld: broken(answered(5000, 7500, by('Node1'))),
  refuted: { 'nobody serves until an operator does something': broken(answered(5000, 7500, null)) },
  inconclusive: { 'the patch is not broken': broken(answered(5000, 7500, by('Node2', '6.3-1'))) },
});

const edit = typed('Node1', `echo 'local.servername="NEW"' >> /cal/config/ics.conf`, 2000);
const restart = typed('Node1', 'scswitch -R -h Node1 -g CAL-RG', 4000, 0, '', 5000);
const config = (early: string, late: string) =>
  commanded(
    answered(1000, 2500, by('Node1')),
    edit,
    answered(2500, 4000, by('Node1', '6.3-0', early)),
    restart,
    answered(5000, 7000, by('Node1', '6.3-0', late)),
  );
checks('config-read-once', {
  upheld: config('LOG-HOST-RS', 'NEW'),
  refuted: {
    'the running instance follows the file': config('NEW', 'NEW'),
    'a restart does not bring it': config('LOG-HOST-RS', 'LOG-HOST-RS'),
  },
  inconclusive: {
    'there was no load after the start': commanded(answered(1000, 4000, by('Node1')), edit, restart),
  },
});
