/**
 * Runs methods of resources as the core orders them: those of a plug-in in this process, all others as programs of
 * their type, called as root with -R resource -T type -G group (SEMANTICS, "Resource group manager").
 */
import { join } from 'node:path';
import { monotonicMs } from '../../common/clock.ts';
import type { NodeEvent } from '../../common/protocol.ts';
import type { NodeConfig } from '../config.ts';
import { sabotaged } from '../operation-sabotages.ts';
import { ReservationConflict } from './arrays.ts';
import type { Effect, Group, Input, MethodResult, Repository, Resource, ResourceType } from './core/types.ts';
import { FaultMonitors } from './fault-monitors.ts';
import { runProgram } from './programs.ts';
import type { Logger } from './syslog.ts';
import { pluginOf } from './types/index.ts';
import type { Log, Method, MethodContext, MethodOutcome, Processes } from './types/type.ts';
import type { Volumes } from './volumes.ts';

export type RunMethod = Extract<Effect, { kind: 'run-method' }>;

/** What methods need of their node. */
export interface MethodsHost {
  config: NodeConfig;
  volumes: Volumes;
  processes: Processes;
  logger: Logger;
  repository(): Repository;
  take(input: Input): void;
  /** To the harness: where the time goes. */
  tell(event: NodeEvent): void;
  panic(reason: string): never;
}

interface Call {
  abort: AbortController;
  about: { method: string; resource: string; group: string };
  timeoutMs: number;
}

const RGMD = 'Cluster.RGM.rgmd';

export class Methods {
  readonly #host: MethodsHost;
  readonly #calls = new Map<number, Call>();
  readonly #monitors = new FaultMonitors();
  /** The last method of each resource, as long as it has not ended. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(host: MethodsHost) {
    this.#host = host;
  }

  async run(effect: RunMethod): Promise<void> {
    const { callId, resource, type, method, timeoutMs } = effect;
    const about = { method: type.methods[method] ?? method, resource: resource.name, group: resource.group };
    const call: Call = { abort: new AbortController(), about, timeoutMs };
    this.#calls.set(callId, call);
    const begunMs = monotonicMs();
    this.#launched(call);
    const result = await this.#outcome(effect, call);
    // A method that was ended has been counted as failed already.
    if (!this.#calls.delete(callId)) return;
    this.#ended(call, result, monotonicMs() - begunMs);
    this.#host.take({ ...result, callId });
  }

  /** Its timeout is over: it is told so, and what it runs is killed. */
  kill(callId: number): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    this.#calls.delete(callId);
    const message = `timed out after ${Math.round(call.timeoutMs / 1000)} seconds`;
    call.abort.abort(new Error(message));
    this.#ended(call, { kind: 'method-result', callId, ok: false, message }, call.timeoutMs);
  }

  /** Ends all that runs here: methods and fault monitors. */
  async end(): Promise<void> {
    for (const { abort } of this.#calls.values()) abort.abort(new Error('the node goes down'));
    this.#calls.clear();
    await this.#monitors.end();
  }

  async #outcome(effect: RunMethod, call: Call): Promise<MethodResult> {
    const { callId, resource } = effect;
    // One that was ended may still be letting go of what it had: two methods never work on one resource. Questions
    // about it change nothing, and are asked beside.
    const asks = effect.method === 'VALIDATE' || effect.method === 'MONITOR_CHECK';
    const before = asks ? undefined : this.#last.get(resource.name);
    const work = (before ?? Promise.resolve()).then(() => this.#perform(effect, call.abort.signal));
    const settled = work.catch(() => undefined);
    if (!asks) this.#last.set(resource.name, settled);
    try {
      const agree = await work;
      return { kind: 'method-result', callId, ok: true, message: '', ...(agree ? { agree } : {}) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof ReservationConflict) this.#host.panic(`failfast: ${message}`);
      return { kind: 'method-result', callId, ok: false, message };
    } finally {
      if (this.#last.get(resource.name) === settled) this.#last.delete(resource.name);
    }
  }

  async #perform(effect: RunMethod, signal: AbortSignal): Promise<MethodOutcome> {
    signal.throwIfAborted();
    const { type, method } = effect;
    const plugin = pluginOf(type.name);
    const implementation: Method =
      plugin === undefined
        ? async (context) => await runOutside(context, this.#host.repository())
        : (plugin.methods[method] ?? (async () => undefined));
    return (await implementation(this.contextOf(effect, signal))) ?? undefined;
  }

  /** What a method of this resource may use. */
  contextOf(effect: Omit<RunMethod, 'kind' | 'callId'>, signal: AbortSignal): MethodContext {
    const { config, volumes, processes, logger, repository, take, tell } = this.#host;
    const { resource, type, method, timeoutMs } = effect;
    const { groups, resources } = repository();
    const logAs =
      (program: string): Log =>
      (severity, text, ...values) =>
        logger.log(
          severity,
          sabotaged('agent-log-without-prefix')
            ? program
            : `SC[${type.name},${resource.group},${resource.name},${program}]`,
          text,
          ...values,
        );
    const reportFailure: MethodContext['reportFailure'] = (message, options) => {
      tell({ kind: 'log', text: `probe of ${resource.name} failed: ${message}` });
      take({ kind: 'probe-failed', resource: resource.name, message, ...options });
    };
    return {
      ...{ resource, type, method, config, volumes, processes, timeoutMs, signal, reportFailure },
      group: groups.find(({ name }) => name === resource.group) ?? unknownGroup(resource, config),
      groupResources: groupOf(resource, resources),
      monitor: {
        start: (probe) => {
          const options = probe.failover === undefined ? {} : { failover: probe.failover };
          const onFailure = (message: string) => reportFailure(message, options);
          this.#monitors.start(resource.name, probe, logAs(probe.name), onFailure);
        },
        stop: () => this.#monitors.stop(resource.name),
      },
      property: (name) => propertyOf(resource, type, name),
      log: logAs(type.methods[method] ?? method),
      setStatus: (status, message) => take({ kind: 'status', resource: resource.name, status, message }),
    };
  }

  #launched({ about, timeoutMs }: Call): void {
    this.#host.tell({ kind: 'method-begin', ...about });
    const seconds = String(Math.round(timeoutMs / 1000));
    const text = 'launching method <%s> for resource <%s>, resource group <%s>, timeout <%d> seconds';
    this.#host.logger.log('notice', RGMD, text, about.method, about.resource, about.group, seconds);
  }

  #ended({ about, timeoutMs }: Call, { ok, message }: MethodResult, usedMs: number): void {
    this.#host.tell({ kind: 'method-end', ...about, ok, message });
    const { method, resource, group } = about;
    const seconds = String(Math.round(timeoutMs / 1000));
    const text = ok
      ? 'method <%s> completed successfully for resource <%s>, resource group <%s>, time used: %d%% of timeout <%d seconds>'
      : 'Method <%s> failed on resource <%s>, resource group <%s>, time used: %d%% of timeout <%d seconds>: %s';
    const used = String(Math.min(100, Math.floor((100 * usedMs) / timeoutMs)));
    const values = [method, resource, group, used, seconds, ...(ok ? [] : [message])];
    this.#host.logger.log(ok ? 'notice' : 'err', RGMD, text, ...values);
  }
}

/** As set, else the default of the registration file; case does not matter in names. */
export function propertyOf(resource: Resource, type: ResourceType, name: string): string {
  const same = (other: string) => other.toLowerCase() === name.toLowerCase();
  const set = Object.entries(resource.properties).find(([key]) => same(key))?.[1];
  return set ?? type.properties.find((declared) => same(declared.name))?.default ?? '';
}

/** While a resource is being created it is not in the repository yet. */
function groupOf(resource: Resource, resources: Resource[]): Resource[] {
  const others = resources.filter(({ name, group }) => group === resource.group && name !== resource.name);
  return [...others, resource];
}

function unknownGroup(resource: Resource, { nodes }: NodeConfig): Group {
  return { name: resource.group, nodelist: nodes, managed: false, properties: {} };
}

/** A method that is a program: its status says whether it succeeded, what it printed says why not. */
async function runOutside(context: MethodContext, repository: Repository): Promise<undefined> {
  const { resource, type, method, signal } = context;
  const program = type.methods[method];
  if (program === undefined) return;
  const command = [join(type.baseDirectory, program), ...argumentsOf(context, repository)];
  const { status, output } = await runProgram(command, { signal });
  signal.throwIfAborted();
  if (status === 0) return;
  const how = status === null ? 'was killed by a signal' : `ended with status ${status}`;
  throw new Error(`${program} of ${resource.name} ${how}${output === '' ? '' : `: ${output}`}`);
}

/** -R -T -G; VALIDATE is told besides whether it is a creation (-c) or an update (-u), and all properties. */
export function argumentsOf(context: MethodContext, repository: Repository): string[] {
  const { resource, type, method, group } = context;
  const named = ['-R', resource.name, '-T', type.name, '-G', resource.group];
  if (method !== 'VALIDATE') return named;
  const extensions = type.properties
    .filter(({ extension }) => extension)
    .map(({ name }) => name.toLowerCase());
  const known = new Set([...type.properties.map(({ name }) => name), ...Object.keys(resource.properties)]);
  const pairs = [...known].flatMap((name) => [
    extensions.includes(name.toLowerCase()) ? '-x' : '-r',
    `${name}=${context.property(name)}`,
  ]);
  const ofGroup = Object.entries({ Nodelist: group.nodelist.join(','), ...group.properties });
  const exists = repository.resources.some(({ name }) => name === resource.name);
  return [
    exists ? '-u' : '-c',
    ...named,
    ...pairs,
    ...ofGroup.flatMap(([key, value]) => ['-g', `${key}=${value}`]),
  ];
}
