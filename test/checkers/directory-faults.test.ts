/** How an outage of the directory shows to the witness. */
import { expect } from 'chai';
import { directoryKilled, directorySilent } from '../../harness/faults/directory-outage.ts';
import { faultsOf, signs, verifyFault } from '../../harness/faults/verification.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import { addressesOn, sorted, told } from '../helpers/told.ts';

const main = { pid: 7, command: 'node /opt/ha-drills/images/directory/main.ts' };
const slapd = { pid: 8, command: 'slapd -d 0 -u openldap -h ldap://198.18.0.5:389/' };
const processes = (atMs: number, ...running: { pid: number; command: string }[]) =>
  told('witness', atMs, { kind: 'processes', node: 'directory', processes: running });
const [before, silent, dead] = [
  [addressesOn('directory', 100, '198.18.0.5'), processes(101, main, slapd)],
  addressesOn('directory', 510),
  processes(520, main),
];

function verdictOn(fault: 'directory-silent' | 'directory-killed', ...seen: TimelineEvent[]) {
  const stage = (name: 'planned' | 'applied' | 'complete', atMs: number) =>
    told('drill', atMs, { kind: 'fault', fault, target: 'directory', stage: name });
  const timeline = sorted([
    stage('planned', 200),
    stage('applied', 500),
    stage('complete', 600),
    told('witness', 650, { kind: 'looks', looks: 100, longestGapMs: 6 }),
    ...seen,
  ]);
  const [first] = faultsOf(timeline);
  if (first === undefined) throw new Error('no fault in the timeline');
  return verifyFault(timeline, first);
}

describe('outage of the directory', () => {
  it('each way of it has a sign', () => {
    for (const { name, target } of [directorySilent(), directoryKilled()]) {
      expect(Object.keys(signs)).to.include(name);
      expect(target).to.equal('directory');
    }
  });

  it('silent: its addresses went while its server stayed', () => {
    const { verified, detail } = verdictOn('directory-silent', ...before, silent);
    expect({ verified, detail }).to.deep.equal({
      verified: true,
      detail: 'addresses gone at 510 ms, its server still there',
    });
  });

  it('killed: its server went while its addresses stayed', () => {
    expect(verdictOn('directory-killed', ...before, dead)).to.include({ verified: true });
  });

  for (const [what, fault, seen, why] of [
    ['silent, and nobody saw it', 'directory-silent', before, /did not see the addresses/],
    ['silent, and its server ended', 'directory-silent', [...before, silent, dead], /the server .* ended/],
    ['silent, and there was no server', 'directory-silent', [before[0], silent], /no server .* beforehand/],
    ['silent, with others silent only', 'directory-silent', [addressesOn('Node1', 510)], /did not see/],
    ['killed, and nobody saw it', 'directory-killed', before, /did not see the server/],
    [
      'killed, and off the network before',
      'directory-killed',
      [...before, silent, dead],
      /addresses .* gone before/,
    ],
    ['killed, and never watched', 'directory-killed', [dead], /did not see the server/],
  ] as [string, 'directory-silent' | 'directory-killed', TimelineEvent[], RegExp][]) {
    it(`is not believed: ${what}`, () => {
      const { verified, detail } = verdictOn(fault, ...seen);
      expect(verified).to.equal(false);
      expect(detail).to.match(why);
    });
  }
});
