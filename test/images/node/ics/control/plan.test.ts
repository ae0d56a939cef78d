import { expect } from 'chai';
import {
  enabledProcesses,
  needsOf,
  requestIn,
  UsageError,
  WORDS,
  wordOf,
} from '../../../../../images/node/ics/control/plan.ts';
import { PROCESSES } from '../../../../../images/node/ics/program.ts';
import { settingsOf } from '../../../../../images/node/ics/settings.ts';

describe("the server's processes", () => {
  it('start in the order of the product, csdwpd only for a store that is shared over the network', () => {
    const usual = ['watcher', 'enpd', 'csstored', 'csnotifyd', 'csadmind', 'cshttpd'];
    expect(enabledProcesses(settingsOf(new Map()))).to.deep.equal(usual);
    const all = enabledProcesses(settingsOf(new Map([['service.dwp.enable', 'yes']])));
    expect(all).to.deep.equal([...PROCESSES]);
    const some = new Map([
      ['service.ens.enable', 'no'],
      ['service.http.enable', 'no'],
    ]);
    expect(enabledProcesses(settingsOf(some))).to.deep.equal([
      'watcher',
      'csstored',
      'csnotifyd',
      'csadmind',
    ]);
  });

  it('need only what starts before them', () => {
    for (const [index, name] of PROCESSES.entries())
      for (const need of needsOf(name))
        expect(PROCESSES.indexOf(need), `${name} needs ${need}`).to.be.below(index);
    for (const name of PROCESSES.slice(3).filter((one) => one !== 'csadmind'))
      expect(needsOf(name), name).to.include('csstored');
  });

  it("have the product's words", () => {
    expect(Object.keys(WORDS)).to.deep.equal(['watcher', 'ens', 'store', 'notify', 'admin', 'dwp', 'http']);
    expect(PROCESSES.map(wordOf)).to.deep.equal(Object.keys(WORDS));
  });
});

describe('the words of start-cal and stop-cal', () => {
  it('are options and processes, in any order', () => {
    expect(requestIn(['http', '-f', 'store', 'http'], ['-f'])).to.deep.equal({
      names: ['csstored', 'cshttpd'],
      force: true,
      verbose: false,
    });
    expect(requestIn([], ['-f'])).to.deep.equal({ names: [], force: false, verbose: false });
  });

  for (const word of ['cshttpd', '', 'toString', '__proto__', '-q', '--force', '-f '])
    it(`do not include "${word}"`, () => expect(() => requestIn([word], ['-f', '-v'])).to.throw(UsageError));
});
