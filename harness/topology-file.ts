/** A topology that a user has written in a file, YAML or JSON: read, checked, and made into one of ours. */
import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { messageOf, SetupError, UsageError } from './errors.ts';
import { profiles } from './profiles.ts';
import { furtherSteps } from './set-up.ts';
import { topologies } from './topology.ts';
import { type Service, type Topology, topology, type Wanted } from './topology-model.ts';

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'is no name: letters, digits and hyphens, beginning with a letter');
const path = z.string().regex(/^(\/[\w.-]+)+$/, 'is no absolute path of letters, digits, ".", "-" and "_"');
const half = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]*\/[A-Za-z][A-Za-z0-9-]*$/, 'is no LUN of an array: write ARRAY/LUN');
const milliseconds = z.number().int().min(20).max(60_000);

const node = z.union([
  name.transform((plain) => ({ name: plain })),
  z.strictObject({
    name,
    cpus: z.number().min(0.1).max(64).optional(),
    memoryMiB: z.number().int().min(128).max(65_536).optional(),
  }),
]);

const array = z.strictObject({
  name,
  nodes: z.array(name).min(1).optional(),
  latencyMs: z.number().min(0).max(10_000).optional(),
  luns: z
    .array(
      z.strictObject({
        name,
        sizeMiB: z.number().int().min(1).max(16_384),
        holds: z.enum(['calendar', 'empty', 'half', 'quorum']),
      }),
    )
    .min(1),
});

const mirror = z.strictObject({
  deviceGroup: name,
  volume: name,
  holds: z.enum(['calendar', 'empty']),
  halves: z.tuple([half, half]),
});

const service = z.strictObject({
  group: name,
  logicalHost: name,
  storageResource: name.optional(),
  serverResource: name.optional(),
  mountPoint: path,
  deviceGroup: name,
  volume: name,
  serverBase: path.optional(),
  primary: name,
  backup: name.optional(),
  furtherMountPoints: z.array(path).optional(),
});

const fileSystem = z.strictObject({
  mountPoint: path,
  deviceGroup: name,
  volume: name,
  global: z.boolean().optional(),
});

const command = z.string().min(1);
const group = z.strictObject({
  group: name,
  nodes: z.array(name).min(1),
  logicalHosts: z.array(name).default([]),
  mountPoints: z.array(path).default([]),
  /** Resources of type SUNW.gds. */
  gds: z
    .array(
      z.strictObject({
        resource: name,
        start: command,
        stop: command.optional(),
        probe: command.optional(),
        port: z.number().int().min(1).max(65_535).optional(),
      }),
    )
    .default([]),
});

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'is no name for a model: small letters, digits and hyphens')
    .refine((given) => topologies.every(({ model }) => model !== given), 'is the name of a model of ours'),
  summary: z.string().min(1),
  like: z.enum(topologies.map(({ model }) => model)).optional(),
  nodes: z.array(node).min(1).max(32),
  arrays: z.array(array).min(1),
  mirrors: z.array(mirror).default([]),
  services: z.array(service).min(1),
  fileSystems: z.array(fileSystem).default([]),
  groups: z.array(group).default([]),
  packages: z.array(z.string()).default([]),
  heartbeat: z
    .union([z.enum(['fast', 'guide']), z.strictObject({ quantumMs: milliseconds, timeoutMs: milliseconds })])
    .optional(),
  load: z.strictObject({ operationsPerSecond: z.number().min(1).max(1000) }).optional(),
});

type Written = z.infer<typeof schema>;

/** @throws UsageError naming the file, where in it, the value there, and what is wrong with it. */
export function readTopology(file: string): Topology {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--topology ${file}: it cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return topologyIn(text, file);
}

export function topologyIn(text: string, file: string): Topology {
  let given: unknown;
  try {
    given = parse(text);
  } catch (error) {
    const where = error instanceof YAMLParseError ? messageOf(error).split('\n')[0] : messageOf(error);
    throw new UsageError(`--topology ${file}: it is neither YAML nor JSON: ${where}`, { cause: error });
  }
  const checked = schema.safeParse(given);
  if (!checked.success)
    throw new UsageError(
      `--topology ${file}:\n${checked.error.issues.map((issue) => `  ${inWords(issue, given)}`).join('\n')}`,
    );
  try {
    return made(checked.data);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new UsageError(`--topology ${file}: ${error.message}`, { cause: error });
  }
}

/** As `services[0].primary is 7: expected string`. */
function inWords(issue: z.core.$ZodIssue, given: unknown): string {
  // Of a choice that nothing fits, what is wrong with the choice that came nearest says most.
  const inner = issue.code === 'invalid_union' ? nearest(issue) : undefined;
  const { message } = inner ?? issue;
  const keys = [...issue.path, ...(inner?.path ?? [])];
  const where = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const value = keys.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    given,
  );
  const shown = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
  return `${where.replace(/^\./, '') || 'the file'} ${shown}: ${message}`;
}

function nearest(issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue | undefined {
  return issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a))[0]?.[0];
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path: at }) => at.length));
}

function made(written: Written): Topology {
  const { nodes, groups, heartbeat, load, like, mirrors, ...rest } = written;
  const limits = nodes.flatMap(({ name: one, ...limit }) =>
    Object.keys(limit).length === 0 ? [] : [[one, limit] as const],
  );
  const whole = topology(
    withoutUndefined({
      ...rest,
      model: written.name,
      nodes: nodes.map((one) => one.name),
      arrays: written.arrays.map(({ luns, ...one }) => ({
        ...one,
        luns: luns.map((lun) => ({ ...lun, holds: lun.holds === 'half' ? 'submirror' : lun.holds })),
      })),
      deviceGroups: deviceGroupsOf(mirrors),
      services: written.services.map((one) => serviceOf(one, written.services.length === 1)),
      hosts: groups.flatMap(({ logicalHosts }) => logicalHosts),
    }) as unknown as Wanted,
  );
  needGroups(written, whole);
  return {
    ...whole,
    ...(like === undefined ? {} : { like }),
    ...(limits.length === 0 ? {} : { limits: Object.fromEntries(limits) }),
    ...(heartbeat === undefined
      ? {}
      : { heartbeat: typeof heartbeat === 'string' ? profiles[heartbeat] : heartbeat }),
    ...(load === undefined ? {} : { ratePerSecond: load.operationsPerSecond }),
    ...(groups.length === 0 ? {} : { further: furtherSteps(groups, whole) }),
  };
}

/** What is not said is not there, for those who look whether it is. */
function withoutUndefined<T>(given: T): T {
  return JSON.parse(JSON.stringify(given)) as T;
}

function deviceGroupsOf(mirrors: Written['mirrors']): Wanted['deviceGroups'] {
  const volumes = Map.groupBy(mirrors, ({ deviceGroup }) => deviceGroup);
  return [...volumes].map(([of, all]) => ({
    name: of,
    volumes: all.map(({ volume, holds, halves }) => ({
      name: volume,
      holds,
      submirrors: halves.map((one) => {
        const [on = '', lun = ''] = one.split('/');
        return { array: on, lun };
      }),
    })),
  }));
}

/** Names that are not given follow those of the guide (tables 6-3 to 6-7). */
function serviceOf(given: Written['services'][number], isOnly: boolean): Service {
  const stem = given.group.replace(/-RG$/, '');
  return withoutUndefined({
    ...given,
    storageResource: given.storageResource ?? `${stem}-HASP-RS`,
    serverResource: given.serverResource ?? `${stem}-SVR-RS`,
    serverBase: given.serverBase ?? (isOnly ? '/opt/SUNWics5/cal' : `/opt/${given.primary}/SUNWics5/cal`),
    backup: given.backup ?? given.primary,
  }) as Service;
}

function needGroups({ groups }: Written, { model, nodes, fileSystems }: Topology): void {
  const points = fileSystems.map(({ mountPoint }) => mountPoint);
  const wrong = groups.flatMap((one) => [
    ...one.nodes
      .filter((of) => !nodes.includes(of))
      .map((of) => `group ${one.group} is for ${of}, which is no node of ${nodes.join(', ')}`),
    ...one.mountPoints
      .filter((point) => !points.includes(point))
      .map(
        (point) => `group ${one.group} has a file system at ${point}, which is none of ${points.join(', ')}`,
      ),
  ]);
  if (wrong.length > 0) throw new SetupError(`topology ${model}: ${wrong.join('; ')}`);
}
