/** SUNW.gds: any program with a start command, and with luck a stop and a probe command, made highly available. */
import { constants } from 'node:os';
import { monotonicMs } from '../../../common/clock.ts';
import { untilProbed } from '../fault-monitors.ts';
import { runProgram } from '../programs.ts';
import { addressOf, hostsOf } from './logical-hostname.ts';
import { connectable, portsOf } from './ports.ts';
import {
  type Log,
  listOf,
  type Method,
  type MethodContext,
  type ResourceTypePlugin,
  type Severity,
} from './type.ts';

/** Of the stop's timeout: for the Stop_command, and for the Stop_signal or, without one, the other way round. */
const [LONG_SHARE, SHORT_SHARE] = [0.8, 0.15];
/** Statuses of a Probe_command. */
const [FAILED, FAIL_OVER] = [100, 201];

/** Failures below a whole one, by resource: they are summed within Retry_interval until they are one. */
const partial = new Map<string, { atMs: number; hundredths: number }[]>();

const shell = (command: string) => ['/bin/sh', '-c', command];
const tagOf = ({ resource }: MethodContext) => `${resource.group},${resource.name},0.svc`;
const isTrue = (value: string) => value.toUpperCase() === 'TRUE';

function logOf({ property, log }: Pick<MethodContext, 'property' | 'log'>): Log {
  const level = property('Log_level');
  const errors: Severity[] = ['emerg', 'alert', 'crit', 'err'];
  return (severity, text, ...values) => {
    if (level === 'INFO' || (level === 'ERR' && errors.includes(severity))) log(severity, text, ...values);
  };
}

/** Hosts that clients reach the service at; of a service that no network leads to, this node. */
function hosts(context: MethodContext): string[] {
  const { property, groupResources } = context;
  if (!isTrue(property('Network_aware'))) return ['localhost'];
  const named = listOf(property('Network_resources_used'));
  const addresses = groupResources.filter(
    ({ name, type }) => type === 'SUNW.LogicalHostname' && (named.length === 0 || named.includes(name)),
  );
  return addresses.flatMap((resource) =>
    hostsOf({ resource, property: (name) => resource.properties[name] ?? '' }),
  );
}

const validate: Method = async (context) => {
  const { property, resource } = context;
  const ports = portsOf(property('Port_list'));
  const named = listOf(property('Network_resources_used'));
  if (property('Start_command').trim() === '')
    throw new Error('Start_command is empty: there is nothing to start');
  if (isTrue(property('Network_aware'))) {
    if (named.length === 0 && hosts(context).length === 0)
      throw new Error(
        `${resource.name} is network-aware, and resource group ${resource.group} has no logical hostname: add one with scrgadm -a -L -g ${resource.group} -l HOST, or set Network_aware=FALSE`,
      );
    if (ports.length === 0 && property('Probe_command').trim() === '')
      throw new Error(
        `${resource.name} is network-aware, and has neither Port_list nor Probe_command to see it by: give one, as in -y Port_list=5432/tcp, or set Network_aware=FALSE`,
      );
  }
  if (constantName(Number(property('Stop_signal'))) === undefined)
    throw new Error(`Stop_signal=${property('Stop_signal')} is the number of no signal`);
};

function constantName(signal: number): NodeJS.Signals | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] as
    | NodeJS.Signals
    | undefined;
}

/** Throws when the service does not work; the weight of a failure is in hundredths. */
async function probeOnce(context: MethodContext, signal: AbortSignal): Promise<void> {
  const { property } = context;
  const command = property('Probe_command');
  if (command.trim() !== '') {
    const { status, output } = await runProgram(shell(command), { signal });
    signal.throwIfAborted();
    if (status === 0) return;
    throw new ProbeFailed(status ?? FAILED, `Probe_command ended with status ${status ?? 'none'}`, output);
  }
  for (const host of hosts(context)) {
    const address = await addressOf(host);
    for (const port of portsOf(property('Port_list')).filter(({ protocol }) => protocol === 'tcp'))
      await connectable(address, port.number, signal);
  }
}

class ProbeFailed extends Error {
  readonly status: number;
  constructor(status: number, what: string, output: string) {
    super(output === '' ? what : `${what}: ${output}`);
    this.name = 'ProbeFailed';
    this.status = status;
  }
}

const start: Method = async (context) => {
  const { processes, property, signal, timeoutMs, resource } = context;
  const [log, tag] = [logOf(context), tagOf(context)];
  const level = Number(property('Child_mon_level'));
  partial.delete(resource.name);
  // What an earlier start has left must not be taken for this one.
  await processes.stop(tag, 'SIGKILL', timeoutMs);
  log('info', 'Starting the service with %s', property('Start_command'));
  try {
    await processes.start(tag, shell(property('Start_command')), level < 0 ? null : level);
    await untilProbed(`${resource.name} to serve`, (one) => probeOnce(context, one), {
      deadlineMs: timeoutMs,
      probeTimeoutMs: Number(property('Probe_timeout')) * 1000,
      signal,
      death: () => death(context),
    });
  } catch (error) {
    await processes.stop(tag, 'SIGKILL', timeoutMs * SHORT_SHARE);
    throw error;
  }
  log('info', 'The service serves');
  context.setStatus('Online', 'Service is online.');
};

function death(context: MethodContext): string | undefined {
  const tag = tagOf(context);
  if (context.processes.running(tag)) return undefined;
  const words = context.processes.lastWords(tag);
  return `no process of the service is left${words === '' ? '' : `; it said: ${words.replace(/\s+/g, ' ')}`}`;
}

const stop: Method = async (context) => {
  const { processes, property, signal, timeoutMs, resource } = context;
  const [log, tag, command] = [logOf(context), tagOf(context), property('Stop_command')];
  const name = constantName(Number(property('Stop_signal'))) ?? 'SIGTERM';
  const byCommand = command.trim() !== '';
  let gone = false;
  if (byCommand) {
    // From here on the end of the service is no failure of it.
    void processes.stop(tag, null, 0);
    log('info', 'Stopping the service with %s', command);
    const [begunMs, limitMs] = [monotonicMs(), timeoutMs * LONG_SHARE];
    const { status, output } = await runProgram(shell(command), { signal, timeoutMs: limitMs });
    if (status === 0) gone = await processes.stop(tag, null, begunMs + limitMs - monotonicMs());
    else log('err', 'Stop_command ended with status %s: %s', String(status), output);
  }
  gone ||= await processes.stop(tag, name, timeoutMs * (byCommand ? SHORT_SHARE : LONG_SHARE));
  gone ||= await processes.stop(tag, 'SIGKILL', timeoutMs * SHORT_SHARE);
  if (!gone) throw new Error(`processes of ${resource.name} are left, though they were killed`);
  log('info', 'The service has been stopped');
  context.setStatus('Offline', '');
};

/** A probe's failure counts when, with those of the last Retry_interval, it is a whole one. */
async function probe(context: MethodContext, signal: AbortSignal): Promise<void> {
  const { resource, property, reportFailure } = context;
  try {
    await probeOnce(context, signal);
  } catch (error) {
    if (!(error instanceof ProbeFailed)) throw error;
    if (error.status === FAIL_OVER && isTrue(property('Failover_enabled'))) {
      reportFailure(error.message, { failover: 'at once' });
      return;
    }
    const sum = summed(context, error.status);
    if (sum >= FAILED) throw error;
    logOf(context)(
      'warning',
      'The service works in part: %d of 100 failures, %s',
      String(sum),
      error.message,
    );
    context.setStatus('Degraded', `${resource.name}: ${error.message}`);
  }
}

/** With this failure; a whole one clears the account. */
function summed({ resource, property }: MethodContext, status: number): number {
  const [nowMs, intervalMs] = [monotonicMs(), Number(property('Retry_interval')) * 1000];
  const recent = (partial.get(resource.name) ?? []).filter(({ atMs }) => nowMs - atMs < intervalMs);
  recent.push({ atMs: nowMs, hundredths: Math.min(status, FAILED) });
  const sum = recent.reduce((total, { hundredths }) => total + hundredths, 0);
  partial.set(resource.name, sum >= FAILED ? [] : recent);
  return sum;
}

const monitorStart: Method = async (context) => {
  const { monitor, property } = context;
  monitor.start({
    name: 'gds_probe',
    intervalMs: Number(property('Thorough_probe_interval')) * 1000,
    timeoutMs: Number(property('Probe_timeout')) * 1000,
    run: (signal, log) => probe({ ...context, log }, signal),
    death: () => death(context),
    ...(isTrue(property('Failover_enabled')) ? {} : { failover: 'never' as const }),
  });
};

export const gds: ResourceTypePlugin = {
  type: 'SUNW.gds',
  methods: {
    VALIDATE: validate,
    START: start,
    STOP: stop,
    MONITOR_START: monitorStart,
    MONITOR_STOP: ({ monitor }) => monitor.stop(),
    MONITOR_CHECK: validate,
  },
};
