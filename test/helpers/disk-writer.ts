/**
 * A program that appends numbered lines to a file and waits for the disk each time, and tells what came of it. The text
 * of this file is its command on a node, so it imports nothing by itself.
 */
const { tell } = await import('/opt/ha-drills/images/common/tell.ts' as string);
const { moment } = await import('/opt/ha-drills/images/common/clock.ts' as string);
const { appendFileSync } = await import('node:fs');

const PAUSE_MS = 10;
const [file = ''] = process.argv.slice(1);
for (let number = 1; ; number++) {
  try {
    appendFileSync(file, `${number}\n`, { flush: true });
    tell({ kind: 'log', text: `wrote ${number}` });
  } catch (error) {
    tell({ kind: 'log', text: `could not write: ${(error as NodeJS.ErrnoException).code}` });
  }
  await moment(PAUSE_MS);
}
