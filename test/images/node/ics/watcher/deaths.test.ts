import { expect } from 'chai';
import fc from 'fast-check';
import { PROCESSES, type ProcessName } from '../../../../../images/node/ics/program.ts';
import {
  afterDeath,
  type Deaths,
  inWords,
  type Rules,
} from '../../../../../images/node/ics/watcher/deaths.ts';

const rules: Rules = { autorestart: true, timeoutMs: 600_000, ha: true, withoutLimit: false };
const none: Deaths = new Map();

const verdictAt = (nowMs: number, changes: Partial<Rules> = {}) => {
  const { deaths } = afterDeath(none, 'csstored', 0, rules);
  return afterDeath(deaths, 'csstored', nowMs, { ...rules, ...changes }).verdict;
};

describe('what the watcher does about a death', () => {
  it('the first: the process is started again', () =>
    expect(afterDeath(none, 'csstored', 0, rules).verdict).to.equal('restart'));

  it('a second within the time: under HA the instance ends, else the process stays down', () => {
    expect(verdictAt(599_999)).to.equal('end-instance');
    expect(verdictAt(599_999, { ha: false })).to.equal('down');
  });

  it('a second after the time counts as a first', () => expect(verdictAt(600_000)).to.equal('restart'));

  it('without local.autorestart nothing is started', () => {
    for (const ha of [true, false])
      expect(afterDeath(none, 'enpd', 0, { ...rules, ha, autorestart: false }).verdict).to.equal('down');
  });

  it('of any schedule of deaths: a process is never started twice within the time', () => {
    const death = fc.record({ name: fc.constantFrom<ProcessName>(...PROCESSES), waitMs: fc.nat(1_000_000) });
    fc.assert(
      fc.property(fc.array(death), fc.boolean(), (schedule, ha) => {
        let [deaths, nowMs] = [none, 0];
        const restarts = new Map<ProcessName, number>();
        for (const { name, waitMs } of schedule) {
          nowMs += waitMs;
          const after = afterDeath(deaths, name, nowMs, { ...rules, ha });
          deaths = after.deaths;
          if (after.verdict !== 'restart') continue;
          const last = restarts.get(name);
          if (last !== undefined && nowMs - last < rules.timeoutMs) return false;
          restarts.set(name, nowMs);
        }
        return true;
      }),
    );
  });

  it('the sabotage "restart-without-limit" breaks just that', () =>
    expect(verdictAt(1, { withoutLimit: true })).to.equal('restart'));

  it('is said in words that name the setting', () => {
    expect(inWords('enpd', 'end-instance', rules)).to.match(
      /enpd .* second time within 600 s .*autorestart\.timeout/,
    );
    expect(inWords('enpd', 'down', { ...rules, autorestart: false })).to.match(
      /stays down: local\.autorestart/,
    );
    expect(inWords('enpd', 'down', { ...rules, ha: false })).to.match(/stays down; start-cal starts it/);
  });
});
