import { expect } from 'chai';
import fc from 'fast-check';
import { boot, step } from '../../../../../images/node/cluster/core/step.ts';
import type { Input, State } from '../../../../../images/node/cluster/core/types.ts';
import { type Invariant, Violation } from '../../../../helpers/core-invariants.ts';
import { run } from '../../../../helpers/core-runs.ts';
import { repositoryFor, type Schedule, schedules } from '../../../../helpers/core-schedules.ts';
import { type Broken, type Step, TIMES } from '../../../../helpers/core-simulation.ts';
import { soak } from '../../../../helpers/core-soak.ts';

/** DRILL_SOAK=n runs n schedules, from DRILL_SEED if set. The default is the same schedules every time. */
const count = Number(process.env['DRILL_SOAK'] ?? 10_000);
const seed = Number(process.env['DRILL_SEED'] ?? 1);

/** Tries schedules under a broken core until one of them shows the violation of `invariant`. */
function showsUnder(broken: Broken, invariant: Invariant, longest = 600): string {
  const seen = new Set<string>();
  for (const schedule of fc.sample(schedules, { numRuns: longest, seed: 4 })) {
    try {
      run(schedule, broken);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      if (error.invariant === invariant) return 'caught';
      seen.add(error.invariant);
    }
  }
  return `not caught in ${longest} schedules; seen: ${[...seen].join(', ')}`;
}

/** A core that is told something else than what happened. */
const misled =
  (mislead: (state: State, input: Input) => { state: State; input: Input }): Step =>
  (before, given, nowMs) => {
    const { state, input } = mislead(before, given);
    return step(state, input, nowMs);
  };

const deafToRefusals = misled((state, input) => ({
  state,
  input: input.kind === 'quorum-result' ? { ...input, granted: true, answered: true } : input,
}));

const withoutFencingGate = misled((state, input) => ({
  state: { ...state, fencing: { ...state.fencing, done: true } },
  input,
}));

/** Takes every heartbeat for one that answers its own last one: a lease that never ends. */
const withoutLease = misled((state, input) => {
  if (input.kind !== 'heartbeat') return { state, input };
  const { self } = state.config;
  const echo = { incarnation: state.incarnation, serial: Number.MAX_SAFE_INTEGER };
  const echoes = { ...input.heartbeat.echoes, [self]: echo };
  return { state, input: { ...input, heartbeat: { ...input.heartbeat, echoes } } };
});

/** Votes that nobody has, taken off the sum of all. */
const needsNoMajority = misled((state, input) => {
  const quorumDevices = state.config.nodes.slice(1).map((name) => ({ name, nodes: [] }));
  return { state: { ...state, config: { ...state.config, quorumDevices } }, input };
});

const answersTwice: Step = (before, input, nowMs) => {
  const { state, effects } = step(before, input, nowMs);
  return { state, effects: [...effects, ...effects.filter(({ kind }) => kind === 'answer')] };
};

const neverAnswers: Step = (before, input, nowMs) => {
  const { state, effects } = step(before, input, nowMs);
  return { state, effects: effects.filter(({ kind }) => kind !== 'answer') };
};

const alwaysContent: Step = (before, input, nowMs) => {
  const { state, effects } = step(before, input, nowMs);
  const content = effects.map((one) =>
    one.kind === 'answer' ? { ...one, answer: { ...one.answer, exit: 0 } } : one,
  );
  return { state, effects: content };
};

const takesAnyRepository: Step = (before, input, nowMs) => {
  const { state, effects } = step(before, input, nowMs);
  const version = input.kind === 'heartbeat' ? input.heartbeat.repositoryVersion : state.repository.version;
  return { state: { ...state, repository: { ...state.repository, version } }, effects };
};

/** Never hears of another's configuration, and takes its own for the newest. */
const forgetful = misled((state, input) => {
  if (input.kind !== 'heartbeat') return { state, input };
  const heartbeat = { ...input.heartbeat, repository: null, repositoryVersion: 0 };
  return { state, input: { ...input, heartbeat } };
});

/** Takes keys before the configuration that goes with them is on its disk, and says that it is there. */
const savesLater = misled((state, input) => ({
  state: { ...state, savedVersion: state.repository.version },
  input,
}));

/** Takes the number of another's configuration without what is in it. */
const takesNumbersOnly = misled((state, input) => {
  if (input.kind !== 'heartbeat' || input.heartbeat.repository === null) return { state, input };
  const { version } = input.heartbeat.repository;
  const repository = { ...state.repository, version };
  return { state, input: { ...input, heartbeat: { ...input.heartbeat, repository } } };
});

/** Does not know any more what it has begun. */
const forgetsCalls = misled((state, input) => ({ state: { ...state, running: {} }, input }));

/** Waits for ever for a method that hangs. */
const patient = misled((state, input) => {
  const endless = Object.values(state.running).map((one) => ({
    ...one,
    deadlineMs: Number.POSITIVE_INFINITY,
  }));
  return { state: { ...state, running: Object.fromEntries(endless.map((one) => [one.callId, one])) }, input };
});

/** Takes all groups for unmanaged, so that nobody has ordered them to be anywhere. */
const placesNothing = misled((state, input) => {
  const groups = state.repository.groups.map((group) => ({ ...group, managed: false }));
  return { state: { ...state, repository: { ...state.repository, groups } }, input };
});

/** Passes over all groups, on every node, for failures that there never were. */
const givesUp = misled((state, input) => {
  const givenUp = state.repository.groups.map(({ name }) => name);
  const failure = {
    atMs: Number.MAX_SAFE_INTEGER,
    ordered: Number.MAX_SAFE_INTEGER,
    resource: '',
    message: '',
  };
  const failures = Object.fromEntries(givenUp.map((name) => [name, failure]));
  return { state: { ...state, givenUp, failures }, input };
});

/** Has the configuration before on its disk, and says that the newest is there. */
const savesTheOneBefore: Step = (before, given, nowMs) => {
  const { version } = before.repository;
  const { state, effects } = step(before, given.kind === 'saved' ? { ...given, version } : given, nowMs);
  const late = effects.map((one) => (one.kind === 'save' ? { ...one, repository: before.repository } : one));
  return { state, effects: late };
};

/** Gives a new placement the number of the one before. */
const countsNoPlacements: Step = (before, input, nowMs) => {
  const { state, effects } = step(before, input, nowMs);
  const { serial } = input.kind === 'heartbeat' ? state.placement : before.placement;
  return { state: { ...state, placement: { ...state.placement, serial } }, effects };
};

const brokenCores: [what: string, broken: Broken, invariant: Invariant][] = [
  ['the sabotage mount-before-fence', { sabotage: 'mount-before-fence' }, 'one owner'],
  ['the sabotage mount-before-fence', { sabotage: 'mount-before-fence' }, 'reserved while mounted'],
  ['the sabotage no-takeover', { sabotage: 'no-takeover' }, 'back online'],
  ['a core without the fencing gate', { step: withoutFencingGate, openDisks: true }, 'one owner'],
  ['a core that ignores the quorum device’s refusal', { step: deafToRefusals }, 'no quorum, no method'],
  ['a core that ignores the quorum device’s refusal', { step: deafToRefusals }, 'one view a generation'],
  ['a core that needs no majority', { step: needsNoMajority }, 'no quorum, no method'],
  ['a core whose lease never ends', { step: withoutLease }, 'fenced, no start'],
  ['a core that answers twice', { step: answersTwice }, 'answered once'],
  ['a core that never answers', { step: neverAnswers }, 'answered once'],
  ['a core that calls everything done', { step: alwaysContent }, 'done means done'],
  ['a core that does not take over the newer configuration', { step: forgetful }, 'no amnesia'],
  ['a core that ignores the quorum device’s refusal', { step: deafToRefusals }, 'no amnesia'],
  ['a core that takes older repositories', { step: takesAnyRepository }, 'repository goes forward'],
  ['a core that takes numbers only', { step: takesNumbersOnly }, 'one configuration a version'],
  ['a core that answers before the configuration is on disk', { step: savesLater }, 'saved means saved'],
  ['a core that gives two placements one number', { step: countsNoPlacements }, 'one placement a serial'],
  ['a core that saves too late', { step: savesTheOneBefore }, 'the same everywhere'],
  ['a core that places nothing', { step: placesNothing }, 'back online'],
  ['a core that gives up what has not failed', { step: givesUp }, 'back online'],
  ['a core that forgets what it has begun', { step: forgetsCalls }, 'one method a resource'],
  ['a core without timeouts', { step: patient }, 'answered once'],
  ['a core without timeouts', { step: patient }, 'back online'],
];

describe('the core, in thousands of simulated lives', () => {
  it(`keeps its invariants in every one of ${count} schedules`, async function () {
    this.timeout(count * 100);
    for (const line of await soak(count, seed)) console.log(`      ${line}`);
  });

  it('would tell a violation with the seed and the least schedule that shows it', async function () {
    this.timeout(200_000);
    const told = await soak(200, seed, 'mount-before-fence').then(
      () => 'nothing',
      (error: Error) => error.message,
    );
    expect(told)
      .to.match(/Property failed after \d+ tests/)
      .and.match(/seed: \d+/)
      .and.match(/Violation: (one owner|reserved while mounted), at \d+ ms/);
  });

  it('does the same again from the same seed', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        expect(run(schedule, {}, true).trace).to.deep.equal(run(schedule, {}, true).trace);
      }),
      { numRuns: 15, seed },
    );
  });

  it('would be found out if it did not', () => {
    let lives = 0;
    const restless: Step = (state, input, nowMs) =>
      step({ ...state, nextCallId: state.nextCallId + (lives++ % 7) }, input, nowMs);
    const [schedule] = fc.sample(schedules, { numRuns: 1, seed: 2 }) as [Schedule];
    const [one, other] = [run(schedule, { step: restless }, true), run(schedule, { step: restless }, true)];
    expect(one.trace).not.to.deep.equal(other.trace);
  });

  it('changes nothing in the state that it is given', () => {
    const frozen: Step = (state, input, nowMs) => step(deepFreeze(state), deepFreeze(input), nowMs);
    for (const schedule of fc.sample(schedules, { numRuns: 20, seed: 3 })) run(schedule, { step: frozen });
  });

  for (const [what, broken, invariant] of brokenCores) {
    it(`violates "${invariant}" as ${what}`, function () {
      this.timeout(200_000);
      expect(showsUnder(broken, invariant)).to.equal('caught');
    });
  }
});

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}

describe('a core of its own', () => {
  const config = {
    self: 'n1',
    nodes: ['n1', 'n2'],
    heartbeatQuantumMs: TIMES.quantum,
    heartbeatTimeoutMs: TIMES.timeout,
    bootPatienceMs: TIMES.bootPatience,
    quorumDevices: [{ name: 'a1/quorum', nodes: ['n1', 'n2'] }],
    deviceGroups: [],
    sabotage: null,
  };

  describe('that hears nobody', () => {
    /** Two cores that have formed a view by `nowMs`; returns the first one's state then. */
    function formed(nowMs: number): State {
      const cores = ['n1', 'n2'].map((self) => boot({ ...config, self }, 1, 0, repositoryFor(2)));
      for (let now = 0; now <= nowMs; now += TIMES.quantum) {
        for (const [index, core] of cores.entries()) {
          const after = step(core, { kind: 'tick' }, now);
          cores[index] = after.state;
          const other = 1 - index;
          for (const one of after.effects) {
            const peer = cores[other];
            if (one.kind === 'send' && peer)
              cores[other] = step(peer, { kind: 'heartbeat', heartbeat: one.heartbeat }, now).state;
          }
        }
      }
      const [first] = cores;
      if (first?.view?.members.length !== 2) throw new Error('the cores formed no view of two');
      return first;
    }
    const formedMs = 5 * TIMES.quantum;
    const suspects = (state: State, moments: number[]) => {
      let now = state;
      return moments.flatMap((at) => {
        const after = step(now, { kind: 'tick' }, at);
        now = after.state;
        return after.effects.filter(({ kind }) => kind === 'suspected');
      });
    };

    it('suspects its peer after the timeout', () => {
      const ticks = Array.from(
        { length: 3 + TIMES.timeout / TIMES.quantum },
        (_, i) => formedMs + (i + 1) * TIMES.quantum,
      );
      expect(suspects(formed(formedMs), ticks)).to.deep.equal([{ kind: 'suspected', peer: 'n2' }]);
    });

    it('does not suspect it because it stood still itself', () => {
      expect(suspects(formed(formedMs), [formedMs + 10 * TIMES.timeout])).to.deep.equal([]);
    });
  });

  const granted: Input = {
    kind: 'quorum-result',
    generation: 1,
    device: 'a1/quorum',
    granted: true,
    answered: true,
  };

  it('waits for the others before it asks for the quorum device', () => {
    const early = step(boot(config, 1, 0, repositoryFor(2)), { kind: 'tick' }, TIMES.bootPatience - 1);
    expect(early.effects.map(({ kind }) => kind)).to.deep.equal(['send']);
    const late = step(early.state, { kind: 'tick' }, TIMES.bootPatience);
    expect(late.effects).to.deep.include({
      kind: 'ask-quorum-device',
      generation: 1,
      device: 'a1/quorum',
      victims: ['n2'],
    });
  });

  it('starts the disk, the address and the server in turn once the old owner is fenced, and not before', () => {
    const ran: string[] = [];
    let state = boot(config, 1, 0, repositoryFor(2));
    const take = (input: Input) => {
      const after = step(state, input, TIMES.bootPatience);
      state = after.state;
      for (const one of after.effects) {
        if (one.kind === 'save') take({ kind: 'saved', version: one.repository.version });
        if (one.kind !== 'run-method' || one.resource.group !== 'g1') continue;
        ran.push(`${one.method} ${one.resource.name}`);
        take({ kind: 'method-result', callId: one.callId, ok: true, message: '' });
      }
    };
    take({ kind: 'tick' });
    take(granted);
    take({ kind: 'joined', generation: 1, ok: true, message: '' });
    expect(ran).to.deep.equal([]);
    take({ kind: 'fence-result', generation: 1, ok: false, message: 'the array does not answer' });
    expect(ran).to.deep.equal([]);
    take({ kind: 'fence-result', generation: 1, ok: true, message: '' });
    expect(ran.filter((one) => !one.startsWith('MONITOR'))).to.deep.equal([
      'PRENET_START g1-host',
      'PRENET_START g1-disk',
      'START g1-host',
      'START g1-disk',
      'START g1-cal',
    ]);
    expect(state.groupStates['g1']).to.equal('Online');
  });
});
