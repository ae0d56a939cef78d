/** A store whose node loses power while clients write has exactly what was acknowledged, or that and what was under way. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { COPY_KINDS, copyName, daysAmong } from '../../images/node/ics/store/copies.ts';
import { restore } from '../../images/node/ics/store/restoring.ts';
import { losePower } from '../helpers/power-losses.ts';
import { newFolder } from '../helpers/store-folder.ts';

/** DRILL_SEED gives other moments and other writes. */
const seed = Number(process.env['DRILL_SEED'] ?? 1);
const LOSSES = 200;
const LOSSES_WITH_COPIES = 15;

describe(`a store that loses power (seed ${seed})`, function () {
  this.timeout(480_000);
  let base: string;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'power-loss-'));
  });
  afterEach(() => rmSync(base, { recursive: true }));

  it(`has what it acknowledged, each write once, after each of ${LOSSES} losses`, async () => {
    const { acknowledged, indeterminate, wrong } = await losePower(base, seed, LOSSES);
    expect(wrong.slice(0, 10), `seed ${seed}`).to.deep.equal([]);
    expect(acknowledged).to.be.greaterThan(10 * LOSSES);
    expect(indeterminate).to.be.greaterThan(LOSSES);
  });

  it('is caught when it acknowledges before it is durable', async () => {
    const { wrong } = await losePower(base, seed, 5, {
      environment: { HA_SABOTAGE: 'ack-before-durable' },
    });
    expect(wrong.filter((finding) => finding.includes('found undefined'))).to.not.be.empty;
  });

  it('is caught when it applies a write twice', async () => {
    const { wrong } = await losePower(base, seed, 2, { environment: { HA_SABOTAGE: 'apply-twice' } });
    expect(wrong).to.not.be.empty;
  });

  it(`has archives and hot backups that can be restored, after each of ${LOSSES_WITH_COPIES} losses while they are made`, async () => {
    let restored = 0;
    const { wrong } = await losePower(base, seed, LOSSES_WITH_COPIES, {
      program: resolve(import.meta.dirname, '../helpers/hurrying-stored.ts'),
      latestMs: 500,
      look: async (point) => {
        const findings = await unrestorable(point);
        restored += findings.restored;
        return findings.wrong;
      },
    });
    expect(wrong.slice(0, 10), `seed ${seed}`).to.deep.equal([]);
    expect(restored).to.be.greaterThan(LOSSES_WITH_COPIES);
  });
});

/** Tries to restore every copy that has its name. */
async function unrestorable(point: string): Promise<{ restored: number; wrong: string[] }> {
  const wrong: string[] = [];
  let restored = 0;
  for (const kind of COPY_KINDS) {
    const folder = join(point, kind);
    for (const day of existsSync(folder) ? daysAmong(kind, readdirSync(folder)) : []) {
      const place = newFolder();
      try {
        await restore(place, join(folder, copyName(kind, day)), false);
        restored++;
      } catch (error) {
        wrong.push(`${kind} of ${day}: ${error instanceof Error ? error.message : String(error)}`);
      }
      rmSync(place, { recursive: true });
    }
  }
  return { restored, wrong };
}
