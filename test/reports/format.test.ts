import { expect } from 'chai';
import {
  count,
  duration,
  milliseconds,
  percent,
  relativeSeconds,
  shortened,
  visible,
} from '../../reports/format.ts';
import { distribution, groupRepetitions, outageSamples, phaseSamples } from '../../reports/repetitions.ts';
import { sampleReport } from '../fixtures/report.ts';

describe('formatting', () => {
  it('writes no more digits than were measured', () => {
    expect(milliseconds(1498.37)).to.equal('1,498\u00a0ms');
    expect(milliseconds(2.345)).to.equal('2.3\u00a0ms');
    expect(milliseconds(0)).to.equal('0\u00a0ms');
    expect(count(1234567)).to.equal('1,234,567');
    expect(count(-12_345)).to.equal('−12,345');
  });

  it('chooses units and never shows 60 seconds', () => {
    expect(duration(640)).to.equal('640\u00a0ms');
    expect(duration(59_949)).to.equal('59.9\u00a0s');
    expect(duration(59_960)).to.equal('1\u00a0min\u00a000\u00a0s');
    expect(duration(125_400)).to.equal('2\u00a0min\u00a005\u00a0s');
  });

  it('signs moments, but not zero', () => {
    expect(relativeSeconds(1500)).to.equal('+1.500\u00a0s');
    expect(relativeSeconds(-300, 1)).to.equal('−0.3\u00a0s');
    expect(relativeSeconds(-0.2)).to.equal('0.000\u00a0s');
  });

  it('makes invisible characters visible and halves none', () => {
    expect(visible('a\u0000b\u202ec\td\ne')).to.equal('a␀b[U+202E]c\td\ne');
    expect(visible('\ud83d\ude00\ud83d')).to.equal('😀\ufffd');
    expect(shortened('😀😀😀', 2)).to.equal('😀…');
    expect(percent(1, 0)).to.equal('–');
  });
});

describe('repetitions', () => {
  it('belong together by name, model, profile and sabotage', () => {
    const groups = groupRepetitions(
      sampleReport({ repetitions: 3, names: ['a', 'b'], verdict: 'refuted' }).drills,
    );
    expect(
      groups.map((group) => [group.first.name, group.drills.length, group.differing.length]),
    ).to.deep.equal([
      ['a', 3, 0],
      ['b', 3, 1],
    ]);
  });

  it('have a median, which is a lower bound when a censored length lies below it', () => {
    const [drill] = sampleReport().drills;
    if (!drill) throw new Error('no drill');
    const sample = (ms: number, censored = false) => ({ drill, ms, censored });
    expect(distribution([])).to.equal(undefined);
    expect(distribution([sample(4), sample(1), sample(2), sample(9)])).to.include({
      minMs: 1,
      medianMs: 3,
      maxMs: 9,
    });
    expect(distribution([sample(1), sample(2), sample(9, true)])).to.include({
      medianCensored: false,
      maxCensored: true,
    });
    expect(distribution([sample(1, true), sample(2), sample(9)])).to.include({ medianCensored: true });
  });

  it('give one value a drill for the outage and for each phase', () => {
    const { drills } = sampleReport({ repetitions: 4 });
    expect(outageSamples(drills, 'write')).to.have.length(4);
    const phases = phaseSamples(drills);
    expect(phases.map((phase) => phase.name)).to.include.members(['detection', 'unexplained']);
    const first = phases.reduce((sum, phase) => sum + (phase.samples[0]?.ms ?? 0), 0);
    expect(first).to.equal(outageSamples(drills, 'write')[0]?.ms);
  });
});
