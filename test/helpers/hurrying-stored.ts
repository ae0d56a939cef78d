/** csstored on a clock that hurries: a day of archives and hot backups takes less than a second. Usage: as csstored. */

import { join } from 'node:path';
import { after, every, monotonicMs } from '../../images/common/clock.ts';
import { runProgram, socketOf } from '../../images/node/ics/program.ts';
import { storeFolder } from '../../images/node/ics/store/store-settings.ts';
import { startStored } from '../../images/node/ics/store/stored.ts';

/** So many days of the host's uptime are one of the copies' days. */
const HURRY = 100_000;
/** In place of any period, in ms. */
const PERIOD_MS = 20;

await runProgram('csstored', ({ settings, runFolder, say, fail }) => {
  const folder = storeFolder(settings);
  const plan = (kind: 'archive' | 'hotbackup') => ({
    kind,
    path: join(folder, kind),
    mindays: 1,
    maxdays: 3,
  });
  return startStored({
    folder,
    socket: socketOf(runFolder, 'csstored'),
    copies: [plan('archive'), plan('hotbackup')],
    clock: {
      now: () => new Date((monotonicMs() * HURRY) % 8e15),
      after: (_, action) => after(1, action),
      every: (_, action) => every(PERIOD_MS, action),
    },
    broken: fail,
    say,
  });
});
