/** Reads a runbook: its bytes, then front matter, blocks and what they name, and tells all that is not in order. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { messageOf, UsageError } from '../errors.ts';
import { claims as allClaims } from '../guide/claims.ts';
import type { CommandClient } from '../own-parts.ts';
import { topologies } from '../topology.ts';
import { readTopology } from '../topology-file.ts';
import type { Topology } from '../topology-model.ts';
import { atEndOf } from './at-end.ts';
import { blocksIn } from './blocks.ts';
import { ALL, type Problem, type Runbook } from './document.ts';
import { type FrontMatter, type Read, readFrontMatter } from './front-matter.ts';
import { decoded, readMarkdown } from './markdown.ts';
import { oneOf, ValueError } from './values.ts';

const DEFAULT_RATE = 100;
const LARGEST_BYTES = 2 ** 20;
const PACKAGE = /^[a-z0-9][a-z0-9+.-]+(=[A-Za-z0-9][A-Za-z0-9.+:~-]*)?$/;

export interface ReadRunbook {
  /** Null when there are problems. */
  runbook: Runbook | null;
  topology: Topology | null;
  /** In the order of the document. */
  problems: Problem[];
}

/** @throws UsageError when there is no such file, or nothing that can be a document. */
export function readRunbook(file: string): ReadRunbook {
  let bytes: Buffer;
  try {
    const { size } = statSync(file);
    if (size > LARGEST_BYTES) throw new Error(`it has ${size} bytes, and a runbook at most ${LARGEST_BYTES}`);
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`runbook ${file}: it cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return runbookIn(bytes, file);
}

export function runbookIn(bytes: Uint8Array, file: string): ReadRunbook {
  const text = decoded(bytes);
  if ('problem' in text) return { runbook: null, topology: null, problems: [text.problem] };
  const { frontMatter, fences } = readMarkdown(text.text);
  const front = readFrontMatter(frontMatter, /^\uFEFF?---\s*$/m.test(text.text.split('\n')[0] ?? ''));
  const problems = [...front.problems];
  const topology = front.values === null ? null : topologyOf(front.values, file, front, problems);
  const blocks = blocksIn(fences, {
    // Without a topology nobody knows its nodes: then only what is wrong anyhow is told.
    nodes: topology?.nodes ?? [],
    node: front.values?.node,
    timeoutMs: front.values?.timeout ?? 0,
    outageMs: front.values?.['outage-per-step'] ?? null,
    onFailure: front.values?.['on-failure'] ?? 'stop',
  });
  const isKnown = topology !== null;
  problems.push(...blocks.problems.filter(({ message }) => isKnown || !/there is no node "/.test(message)));
  const { values } = front;
  if (values?.node !== undefined && values.node !== ALL && topology !== null)
    for (const name of values.node.split(','))
      tried(problems, front, ['node'], () => oneOf('node', name.trim(), topology.nodes));
  if (values === null || topology === null) return { runbook: null, topology, problems: inOrder(problems) };
  const packagesIn = (key: 'needs' | 'offers') =>
    values[key].flatMap((name, index) => tried(problems, front, [key, index], () => packageOf(name)));
  const runbook: Runbook = {
    file,
    name: nameOf(file),
    title: values.title,
    model: topology.model,
    start: values.start,
    ratePerSecond: values.load ?? topology.ratePerSecond ?? DEFAULT_RATE,
    outageMs: values.outage ?? null,
    outageAtFaultMs: values['outage-at-fault'] ?? null,
    onFailure: values['on-failure'],
    env: values.env,
    atEnd: values['at-end'].flatMap((line, index) => {
      const known = {
        nodes: topology.nodes,
        groups: [...groupsOf(topology), ...values.clients.map((each) => each.service)],
      };
      return tried(problems, front, ['at-end', index], () => atEndOf(line, known));
    }),
    claims: values.claims.flatMap((id, index) => {
      const ids = allClaims.map((claim) => claim.id);
      return tried(problems, front, ['claims', index], () => oneOf('claim', id, ids));
    }),
    needs: packagesIn('needs'),
    offers: packagesIn('offers'),
    clients: values.clients.flatMap((one, index) =>
      tried(problems, front, ['clients', index], () => clientOf(one, topology)),
    ),
    steps: blocks.steps,
    asides: blocks.asides,
  };
  return { runbook: problems.length === 0 ? runbook : null, topology, problems: inOrder(problems) };
}

/** Groups of calendar services, and logical hostnames of whatever else. */
export function groupsOf({ services, hosts }: Topology): string[] {
  return [...services.map(({ group }) => group), ...services.map(({ logicalHost }) => logicalHost), ...hosts];
}

function nameOf(file: string): string {
  return basename(file)
    .replace(/\.(md|markdown)$/, '')
    .replace(/[^A-Za-z0-9.-]+/g, '-');
}

function clientOf(one: FrontMatter['clients'][number], topology: Topology): CommandClient {
  const { service, host, write, every, timeout, packages } = one;
  const mountPoint = one['file-system'];
  const points = topology.fileSystems.map((each) => each.mountPoint);
  return {
    service: topology.services.some(({ group }) => group === service) ? refuse(service) : service,
    host: oneOf('logical hostname', host, topology.hosts),
    mountPoint: oneOf('file system', mountPoint, points),
    write,
    readBack: one['read-back'],
    everyMs: every,
    timeoutMs: timeout,
    packages: packages.map(packageOf),
  };
}

function refuse(service: string): never {
  throw new ValueError(`"${service}" is a calendar service, which has a client of its own`);
}

function packageOf(name: string): string {
  if (PACKAGE.test(name)) return name;
  throw new ValueError(`"${name}" is not the name of a Debian package`);
}

function tried<T>(problems: Problem[], front: Read, path: (string | number)[], make: () => T): T[] {
  try {
    return [make()];
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    // A ledger is too long to be listed.
    const message = error.message.replace(/ There are: (.{200}).*/s, ' There are: $1 …');
    problems.push({ ...front.placeOf(...path), message: `${path[0]}: ${message}` });
    return [];
  }
}

function topologyOf(
  { model, topology: path }: FrontMatter,
  file: string,
  front: Read,
  problems: Problem[],
): Topology | null {
  const wrong = (place: { line: number; column: number }, message: string) => {
    problems.push({ ...place, message });
    return null;
  };
  const top = { line: 1, column: 1 };
  if (model !== undefined && path !== undefined)
    return wrong(front.placeOf('topology'), 'model or topology, not both');
  if (path !== undefined) {
    try {
      return readTopology(resolve(dirname(file), path));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return wrong(front.placeOf('topology'), error.message);
    }
  }
  if (model === undefined)
    return wrong(top, 'the front matter says neither model nor topology: one of them is required');
  const known = topologies.map((one) => one.model);
  try {
    return topologies.find((one) => one.model === oneOf('model', model, known)) ?? null;
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    return wrong(front.placeOf('model'), error.message);
  }
}

function inOrder(problems: Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
