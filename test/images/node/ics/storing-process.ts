/** A process that writes to a store for ever, and says each write's id once the store has acknowledged it. */
import { writeSync } from 'node:fs';
import { Store } from '../../../../images/node/ics/store.ts';

const [file = ''] = process.argv.slice(2);
const store = new Store(file);
for (let i = 0; ; i++) {
  store.write({ calid: 'ann', uid: `u${i}`, dtstart: '', dtend: '', summary: 'x'.repeat(500) });
  writeSync(1, `u${i}\n`);
}
