/** What is to be done about a process that died (product's manual, local.autorestart). Pure. */
import type { ProcessName } from '../program.ts';

export interface Rules {
  /** local.autorestart */
  autorestart: boolean;
  /** local.autorestart.timeout, in ms: a second death within it is not followed by a restart. */
  timeoutMs: number;
  /** local.server.ha.enabled: there is a cluster that can start the whole on another node. */
  ha: boolean;
  /** Never true but in the sabotage "restart-without-limit". */
  withoutLimit: boolean;
  /** In the sabotage "leaves-csadmind": the process that is not started again. */
  leaves?: ProcessName;
}

/** `down`: this process stays down. `end-instance`: all others are ended too, so that the cluster moves the service. */
export type Verdict = 'restart' | 'down' | 'end-instance';

/** Moment of the last death of each process. */
export type Deaths = ReadonlyMap<ProcessName, number>;

export function afterDeath(
  deaths: Deaths,
  name: ProcessName,
  nowMs: number,
  rules: Rules,
): { verdict: Verdict; deaths: Deaths } {
  const before = deaths.get(name);
  const again = before !== undefined && nowMs - before < rules.timeoutMs && !rules.withoutLimit;
  const verdict = rules.leaves === name ? 'down' : verdictOn(again, rules);
  return { verdict, deaths: new Map(deaths).set(name, nowMs) };
}

function verdictOn(again: boolean, { autorestart, ha }: Rules): Verdict {
  if (!autorestart) return 'down';
  if (!again) return 'restart';
  return ha ? 'end-instance' : 'down';
}

/** For the log. */
export function inWords(name: ProcessName, verdict: Verdict, { autorestart, timeoutMs }: Rules): string {
  const twice = `${name} has died a second time within ${timeoutMs / 1000} s (local.autorestart.timeout)`;
  if (verdict === 'restart') return `${name} has died and is started again`;
  if (!autorestart) return `${name} has died and stays down: local.autorestart is "no"`;
  return verdict === 'end-instance'
    ? `${twice}: this instance ends, so that the cluster can move it`
    : `${twice} and stays down; start-cal starts it`;
}
