import type { ProcessSeen } from '../../images/common/protocol.ts';
import { faultsOf } from '../faults/verification.ts';
import { hadAt, processesOf } from '../served.ts';
import type { DrillFacts, Timeline } from '../timeline.ts';
import { daemonOf, type Seen } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Product's manual, local.autorestart: the watcher starts a process again once, and then leaves it to the cluster. */
export const processDeaths: Checker = {
  name: 'process-deaths',
  question:
    'Is a process that dies started again where it was, and does a second death of it end the whole instance, which then starts anew?',
  scope: 'promise',
  check(timeline, facts) {
    const findings = deathsOf(timeline, facts).map((death) =>
      death.isSecond ? ofSecond(death) : ofFirst(death),
    );
    if (findings.length === 0) return inconclusive('No process of an instance was killed.');
    const wrong = findings.filter(({ isWrong }) => isWrong).map(({ line }) => line);
    return wrong.length > 0 ? refuted(...wrong) : upheld(...findings.map(({ line }) => line));
  },
};

type Process = Seen<ProcessSeen>;

interface Death {
  victim: Process;
  daemon: string;
  watcher: Process;
  /** The same process has died before under the same watcher. */
  isSecond: boolean;
  /** Of the instance, on all nodes, in order of their begins. */
  processes: Process[];
}

function deathsOf(timeline: Timeline, { services }: DrillFacts): Death[] {
  const before = new Set<string>();
  const kills = faultsOf(timeline).filter(({ name }) => name === 'process-kill');
  return kills.flatMap(({ target, appliedMs }) => {
    const [node = '', daemon = ''] = target.split('/');
    return services.flatMap((service): Death[] => {
      const processes = processesOf(timeline, service).toSorted((a, b) => a.fromMs - b.fromMs);
      const then = processes.filter((one) => one.node === node && hadAt(appliedMs ?? -1)(one));
      const victim = then.find(({ what }) => daemonOf(what) === daemon);
      const watcher = then.find(({ what }) => daemonOf(what) === 'watcher');
      if (victim === undefined || watcher === undefined || daemon === 'watcher') return [];
      const key = `${daemon} under ${watcher.what.pid}`;
      const isSecond = before.has(key);
      before.add(key);
      return [{ victim, daemon, watcher, isSecond, processes }];
    });
  });
}

interface Found {
  isWrong: boolean;
  line: string;
}

/** Another one is there while the same watcher is, which nobody but that watcher can have started. */
function ofFirst({ victim, daemon, watcher, processes }: Death): Found {
  const about = `${daemon} on ${victim.node} died at ${ms(victim.untilMs)}`;
  const next = processes.find(
    (one) => one.node === victim.node && daemonOf(one.what) === daemon && one.fromMs >= victim.untilMs,
  );
  if (next === undefined || next.fromMs >= watcher.untilMs)
    return { isWrong: true, line: `${about}, and its watcher started no other.` };
  return {
    isWrong: false,
    line: `${about}; another was there ${ms(next.fromMs - victim.untilMs)} later, under the same watcher.`,
  };
}

/** Nothing of the instance is left on the node before there is a new one, here or elsewhere. */
function ofSecond({ victim, daemon, watcher, processes }: Death): Found {
  const about = `${daemon} on ${victim.node} died a second time at ${ms(victim.untilMs)}`;
  const old = processes.filter(({ node, fromMs }) => node === victim.node && fromMs < watcher.untilMs);
  const endedMs = Math.max(...old.map(({ untilMs }) => untilMs));
  // What a watcher forks to start something looks like another watcher for a moment.
  const next = processes.find(
    ({ what, fromMs }) => daemonOf(what) === 'watcher' && fromMs >= watcher.untilMs,
  );
  if (next === undefined) return { isWrong: true, line: `${about}, and no new instance was started.` };
  if (endedMs > next.fromMs)
    return { isWrong: true, line: `${about}, and processes of its instance went on until ${ms(endedMs)}.` };
  return {
    isWrong: false,
    line: `${about}; the instance had ended by ${ms(endedMs)}, a new one began on ${next.node} at ${ms(next.fromMs)}.`,
  };
}
