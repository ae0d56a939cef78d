/** The checkers of guide 6.8 and 6.9: what commands of an operator did, by what witness and clients saw. */
import { answered, commanded, gone, here, read, typed } from '../helpers/commanded.ts';
import { processesOn } from '../helpers/told.ts';
import { checks } from '../helpers/verdicts.ts';

const serves = { node: 'Node1' };
const [CONF, HA] = ['/cal/config/ics.conf', 'local.server.ha.enabled="yes"\n'];
const isOff = processesOn('Node1', 3300, []);
const addressOnly = here('Node1', 1000);
const START = 'scswitch -e -j CAL-SVR-RS';
const MOVE = 'scswitch -z -g CAL-RG -h Node2';
const RESTART = 'scswitch -R -h Node1 -g CAL-RG';
const create = 'scrgadm -a -j CAL-SVR-RS -g CAL-RG -t SUNW.scics';

checks('start-command', {
  upheld: commanded(
    gone('Node1', 500),
    answered(1000, 3200, null),
    typed('Node1', START, 3000),
    here('Node1', 3150),
    answered(3200, 5000, serves),
  ),
  refuted: {
    'it serves only a second later': commanded(
      gone('Node1', 500),
      typed('Node1', START, 3000),
      here('Node1', 3150),
      answered(3200, 4200, null),
      answered(4200, 5000, serves),
    ),
    'the command fails': commanded(
      gone('Node1', 500),
      typed('Node1', START, 3000, 1),
      answered(1000, 5000, null),
    ),
    'no process is seen afterwards': commanded(
      gone('Node1', 500),
      typed('Node1', START, 3000),
      answered(3200, 5000, serves),
    ),
  },
  inconclusive: { 'it ran already': commanded(here('Node1', 500), typed('Node1', START, 3000)) },
});

const moved = [gone('Node1', 3100), here('Node2', 3150)];
checks('fail-over-command', {
  upheld: commanded(here('Node1', 500), gone('Node2', 500), typed('Node1', MOVE, 3000), ...moved),
  refuted: {
    'it fails': commanded(here('Node1', 500), typed('Node1', MOVE, 3000, 1), ...moved),
    'nothing moves': commanded(here('Node1', 500), typed('Node1', MOVE, 3000), answered(1000, 5000, serves)),
    'something stays on the old node': commanded(
      here('Node1', 500),
      typed('Node1', MOVE, 3000),
      here('Node2', 3150),
    ),
    'the old node goes on answering': commanded(
      here('Node1', 500),
      typed('Node1', MOVE, 3000),
      ...moved,
      answered(3500, 4000, serves),
    ),
  },
  inconclusive: { 'it was there already': commanded(here('Node2', 500), typed('Node1', MOVE, 3000)) },
});

const DISABLE = 'scswitch -n -j CAL-SVR-RS';
checks('disable-command', {
  // The witness looks before anything else is typed.
  upheld: commanded(
    addressOnly,
    typed('Node1', DISABLE, 3000),
    isOff,
    typed('Node1', 'scrgadm -r -j CAL-SVR-RS', 3350),
  ),
  refuted: {
    'a process is left': commanded(
      addressOnly,
      typed('Node1', DISABLE, 3000),
      processesOn('Node1', 3300, ['cshttpd']),
    ),
    'a process is left until the next start': commanded(
      addressOnly,
      typed('Node1', DISABLE, 3000),
      typed('Node1', START, 3250),
      isOff,
    ),
    'address and disk go as well': commanded(addressOnly, typed('Node1', DISABLE, 3000), gone('Node1', 3300)),
    'somebody answers': commanded(
      addressOnly,
      typed('Node1', DISABLE, 3000),
      isOff,
      answered(3500, 4000, serves),
    ),
  },
  inconclusive: { 'nothing ran': commanded(gone('Node1', 500), typed('Node1', DISABLE, 3000)) },
});

const REMOVE = 'scrgadm -r -j CAL-SVR-RS';
const removal = (early: number, late: number, anew: number) =>
  commanded(
    typed('Node1', REMOVE, 1000, early),
    typed('Node1', DISABLE, 2000),
    typed('Node1', REMOVE, 3000, late),
    typed('Node1', create, 4000, anew),
  );
checks('remove-command', {
  upheld: removal(1, 0, 0),
  refuted: {
    'an enabled one is removed': removal(0, 0, 0),
    'a disabled one is not': removal(1, 1, 0),
    'the name is still taken': removal(1, 0, 1),
  },
  inconclusive: { 'only an enabled one was tried': commanded(typed('Node1', REMOVE, 1000, 1)) },
});

for (const [name, line] of [
  ['restart-command', RESTART],
  ['restart-as-written', 'scrgadm -R -j CAL-SVR-RS'],
] as const)
  checks(name, {
    upheld: commanded(here('Node1', 500), typed('Node1', line, 3000), here('Node1', 3100)),
    refuted: {
      'the same processes go on': commanded(here('Node1', 500), typed('Node1', line, 3000)),
      'it fails': commanded(here('Node1', 500), typed('Node1', line, 3000, 1)),
      'nothing is started again': commanded(
        here('Node1', 500),
        typed('Node1', line, 3000),
        gone('Node1', 3100),
      ),
    },
    inconclusive: { 'nothing ran before': commanded(gone('Node1', 500), typed('Node1', line, 3000)) },
  });

const steps = (exit = 0) => [
  ...typed('Node1', 'scswitch -F -g CAL-RG', 2000),
  ...typed('Node1', 'scrgadm -r -g CAL-RG', 3000, exit),
];
checks('ha-removed', {
  upheld: commanded(
    here('Node1', 500),
    read('Node1', CONF, 600, { content: '' }),
    steps(),
    gone('Node1', 2100),
  ),
  refuted: {
    'a step fails': commanded(
      here('Node1', 500),
      read('Node1', CONF, 600, { content: '' }),
      steps(1),
      gone('Node1', 2100),
    ),
    'something is left': commanded(here('Node1', 500), read('Node1', CONF, 600, { content: '' }), steps()),
    'ics.conf is as it was': commanded(
      here('Node1', 500),
      read('Node1', CONF, 600, { content: HA }),
      steps(),
      gone('Node1', 2100),
    ),
  },
  inconclusive: { 'nobody looked into ics.conf': commanded(steps(), gone('Node1', 2100)) },
});

const OTHER = 'setpriv --reuid=icsuser scswitch -F -g CAL-RG';
checks('superuser-only', {
  upheld: commanded(answered(1000, 5000, serves), typed('Node1', OTHER, 3000, 1)),
  refuted: {
    'it is not refused': commanded(answered(1000, 5000, serves), typed('Node1', OTHER, 3000)),
    'it does what it refuses': commanded(
      answered(1000, 3000, serves),
      typed('Node1', OTHER, 3000, 1),
      answered(3000, 4000, null),
    ),
  },
});
