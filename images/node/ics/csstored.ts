/** csstored: has the calendar store open, alone, and serves it to the other processes. Usage: csstored BASE. */
import { openSync } from 'node:fs';
import { type ProcessName, runProgram, socketOf } from './program.ts';
import { sabotaged } from './sabotage.ts';
import { copyPlans, storeFolder } from './store/store-settings.ts';
import { startStored } from './store/stored.ts';

const NAME: ProcessName = 'csstored';
/** What all instances on a node have open, under the sabotage "shared-file". */
const SHARED_FILE = '/var/tmp/calendar.shared';

if (sabotaged('shared-file')) openSync(SHARED_FILE, 'a');

await runProgram(NAME, ({ settings, runFolder, say, fail }) =>
  startStored({
    folder: storeFolder(settings),
    socket: socketOf(runFolder, NAME),
    copies: copyPlans(settings),
    broken: fail,
    say,
    acknowledgeEarly: sabotaged('ack-before-durable'),
    slowIsBroken: sabotaged('slow-is-broken'),
    fullForEver: sabotaged('full-for-ever'),
    times: sabotaged('apply-twice') ? 2 : 1,
  }),
);
