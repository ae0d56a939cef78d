/** What the tests of resource types and of the runner of methods share: a node in name, and a log that can be read. */

import { spawn } from 'node:child_process';
import { until } from '../../harness/clock.ts';
import type { Resource, ResourceType } from '../../images/node/cluster/core/types.ts';
import { propertyOf } from '../../images/node/cluster/methods.ts';
import { killSession, processesOfSession } from '../../images/node/cluster/programs.ts';
import type {
  MethodContext,
  Probe,
  Processes,
  ResourceTypePlugin,
} from '../../images/node/cluster/types/type.ts';
import type { Volumes } from '../../images/node/cluster/volumes.ts';
import type { NodeConfig } from '../../images/node/config.ts';

export const config: NodeConfig = {
  name: 'Node1',
  nodes: ['Node1', 'Node2'],
  heartbeat: { quantumMs: 100, timeoutMs: 1000 },
  bootPatienceMs: 1000,
  interconnects: [],
  publicAddress: '127.0.0.1',
  publicPrefix: 24,
  arrays: {},
  luns: [],
  quorumDevices: [],
  deviceGroups: [],
  mirrorService: null,
  globalMounts: null,
  vfstab: '',
  mountPoints: [],
  ownDisk: { agent: false, servers: [] },
  sabotage: null,
};

export function typeOf(name: string, properties: Record<string, string> = {}): ResourceType {
  return {
    ...{
      name,
      version: '1',
      description: '',
      kind: 'application',
      baseDirectory: '/nowhere',
      failover: true,
    },
    methods: { START: 'svc_start', STOP: 'svc_stop', VALIDATE: 'svc_validate', MONITOR_START: 'mon_start' },
    properties: Object.entries(properties).map(([property, value]) => ({
      ...{ name: property, extension: /^[A-Z].*_(command|aware)$/.test(property), type: 'string' },
      ...{ default: value, tunable: 'ANYTIME', description: '' },
    })),
  } as ResourceType;
}

export function resourceOf(type: string, properties: Record<string, string> = {}, name = 'svc-rs'): Resource {
  return { name, type, group: 'test-rg', enabled: true, monitored: true, properties };
}

export const noVolumes: Volumes = {
  deviceGroups: [],
  find: () => undefined,
  master: async () => undefined,
  release: async () => undefined,
  open: async () => '/dev/null',
  close: async () => undefined,
  mirrors: async () => [],
};

/** Sessions of plain processes: as much of the process monitor facility as a method sees. */
export class SomeProcesses implements Processes {
  readonly leaders = new Map<string, number>();

  async start(tag: string, [program = '', ...args]: string[]): Promise<void> {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
    this.leaders.set(tag, child.pid ?? 0);
  }

  async stop(tag: string, signal: NodeJS.Signals | null, waitMs: number): Promise<boolean> {
    const leader = this.leaders.get(tag);
    if (leader === undefined) return true;
    if (signal !== null) killSession(leader, signal);
    return await until('end', waitMs, () => (this.running(tag) ? undefined : true)).catch(() => false);
  }

  running(tag: string): boolean {
    return processesOfSession(this.leaders.get(tag) ?? -1).length > 0;
  }
}

/** What a method did that can be seen from outside. */
export interface Observed {
  log: string[];
  failures: string[];
  status: string[];
  probes: Probe[];
}

export function contextFor(
  plugin: ResourceTypePlugin,
  type: ResourceType,
  resource: Resource,
  changes: Partial<MethodContext> = {},
): { context: MethodContext; observed: Observed } {
  const observed: Observed = { log: [], failures: [], status: [], probes: [] };
  const context: MethodContext = {
    ...{ resource, type, config, method: 'START', volumes: noVolumes, processes: new SomeProcesses() },
    group: { name: 'test-rg', nodelist: config.nodes, managed: true, properties: {} },
    groupResources: [resource],
    monitor: {
      start: (probe) => observed.probes.push(probe),
      stop: async () => undefined,
    },
    timeoutMs: 5000,
    signal: new AbortController().signal,
    property: (name) => propertyOf(resource, type, name),
    log: (severity, text, ...values) => {
      let at = 0;
      observed.log.push(`${severity}: ${text.replace(/%[sd]/g, () => values[at++] ?? '?')}`);
    },
    setStatus: (status) => observed.status.push(status),
    reportFailure: (message, options) =>
      observed.failures.push(`${message}${options?.failover ? ` (${options.failover})` : ''}`),
    ...changes,
  };
  if (plugin.type !== type.name) throw new Error(`${plugin.type} is not the plug-in of ${type.name}`);
  return { context, observed };
}

/** Why a method failed; empty when it did not. */
export async function troubleOf(work: Promise<unknown> | undefined): Promise<string> {
  try {
    await work;
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
