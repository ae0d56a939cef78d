import { expect } from 'chai';
import fc from 'fast-check';
import { Sessions } from '../../../../../images/node/ics/wcap/sessions.ts';

function sessions(limits = { most: 3, timeoutMs: 1000 }): Sessions {
  let count = 0;
  return new Sessions(
    () => `s${++count}`,
    () => limits,
  );
}

describe('sessions', () => {
  it('live for as long as they are used in time', () => {
    const open = sessions();
    expect(open.open('ann', 0)).to.equal('s1');
    expect(open.use('s1', 999)).to.equal('ann');
    expect(open.use('s1', 1998)).to.equal('ann');
    expect(open.use('s1', 2998)).to.equal(undefined);
  });

  it('are not used by asking for them', () => {
    const open = sessions();
    open.open('ann', 0);
    expect(open.userOf('s1', 999)).to.equal('ann');
    expect(open.userOf('s1', 1000)).to.equal(undefined);
  });

  it('are as many as there may be; one that ended makes room', () => {
    const open = sessions();
    for (const user of ['ann', 'bob', 'eve']) expect(open.open(user, 0)).to.be.a('string');
    expect(open.open('dan', 0)).to.equal(undefined);
    expect(open.close('s2', 0)).to.equal(true);
    expect(open.open('dan', 0)).to.be.a('string');
    expect(open.open('fay', 999)).to.equal(undefined);
    expect(open.open('fay', 1000)).to.be.a('string');
  });

  it('end once', () => {
    const open = sessions();
    open.open('ann', 0);
    expect(open.close('s1', 1000)).to.equal(false);
    open.open('ann', 1000);
    expect(open.close('s2', 1001)).to.equal(true);
    expect(open.close('s2', 1001)).to.equal(false);
    expect(open.use('s2', 1001)).to.equal(undefined);
  });

  it('keep to a model, whatever happens in whatever order', () => {
    const step = fc.record({
      act: fc.constantFrom('open', 'use', 'close', 'ask'),
      which: fc.nat(5),
      waits: fc.constantFrom(0, 1, 500, 1000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const limits = { most: 3, timeoutMs: 1000 };
        const open = sessions(limits);
        const model = new Map<string, number>();
        let now = 0;
        let opened = 0;
        for (const { act, which, waits } of steps) {
          now += waits;
          const alive = [...model].filter(([, usedAt]) => now - usedAt < limits.timeoutMs).map(([id]) => id);
          const id = `s${which}`;
          const lives = alive.includes(id);
          if (act === 'open') {
            const made = open.open('ann', now);
            expect(made !== undefined).to.equal(alive.length < limits.most);
            if (made !== undefined) model.set(`s${++opened}`, now);
          } else if (act === 'use') {
            expect(open.use(id, now) !== undefined).to.equal(lives);
            if (lives) model.set(id, now);
          } else if (act === 'ask') {
            expect(open.userOf(id, now) !== undefined).to.equal(lives);
          } else {
            expect(open.close(id, now)).to.equal(lives);
            model.delete(id);
          }
          expect(open.size).to.be.at.most(limits.most);
        }
      }),
    );
  });
});
