/** A store whose node loses power while clients write has exactly what was acknowledged, or that and what was under way. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { losePower } from '../helpers/power-losses.ts';

/** DRILL_SEED gives other moments and other writes. */
const seed = Number(process.env['DRILL_SEED'] ?? 1);
const LOSSES = 200;

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
    const { wrong } = await losePower(base, seed, 5, { HA_SABOTAGE: 'ack-before-durable' });
    expect(wrong.filter((finding) => finding.includes('found undefined'))).to.not.be.empty;
  });

  it('is caught when it applies a write twice', async () => {
    const { wrong } = await losePower(base, seed, 2, { HA_SABOTAGE: 'apply-twice' });
    expect(wrong).to.not.be.empty;
  });
});
