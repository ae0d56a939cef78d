/** A procedure's hands on a cluster of containers: its terminal, its looks, and its notes in the timeline. */
import type { BlockRole, FilesSeen, RunbookEvent } from '../../images/common/protocol.ts';
import { rootOf } from '../../images/node/ics/places.ts';
import { SetupError } from '../errors.ts';
import { SUSTAINED } from '../outage.ts';
import type { Block } from '../runbook/document.ts';
import type { Rehearsal } from '../runbook/rehearsal.ts';
import { scriptOf } from '../runbook/script.ts';
import { type KindOf, ofKind, type Timeline } from '../timeline.ts';
import type { Service, Topology } from '../topology-model.ts';
import { addressesSeen, endMs, isDownAt } from '../witnessed.ts';
import type { Assembly } from './assembly.ts';
import type { Contained } from './contained.ts';
import { lookAt } from './looking.ts';
import type { Recorder } from './recorder.ts';
import { OPERATOR_PATH } from './setting-up.ts';
import { type Typed, type Typing, typeOn } from './typing.ts';

/** Where an operator configures and installs. */
const FOLDERS = ['/etc', '/opt', '/var/opt', '/var/sadm', '/var/cluster'];
/** No success for so long after a step: clients are cut off, and the next step may be what brings the service back. */
const CUT_OFF_MS = 2_500;
const SETTLE_DEADLINE_MS = 20_000;
const TAKEOVER_DEADLINE_MS = 30_000;
const QUESTION_DEADLINE_MS = 20_000;
/** Recorded of one block; what comes after is in its output alone. */
const MOST_PIECES = 500;

export interface RehearsingOptions {
  topology: Topology;
  assembly: Assembly;
  recorder: Recorder;
  env: Record<string, string>;
}

export class Rehearsing implements Rehearsal {
  readonly #options: RehearsingOptions;

  constructor(options: RehearsingOptions) {
    this.#options = options;
  }

  note(event: RunbookEvent): void {
    this.#options.recorder.drill(event);
  }

  async type(block: Block, node: string, role: BlockRole) {
    const { recorder, env } = this.#options;
    const { name, user, dir, timeoutMs, answers } = block;
    const line = block.file === null ? block.text : scriptOf(block);
    const typed = (stage: 'begin' | 'end', exit: number | null, output: string) =>
      recorder.drill({ kind: 'command', node, line, stage, exit, output });
    recorder.stage('procedure');
    recorder.drill({ kind: 'step', text: `${role === 'step' ? '' : `${role} `}${name} on ${node}` });
    this.note({ kind: 'block-begin', block: name, node, role });
    typed('begin', null, '');
    let pieces = 0;
    const onOutput = (text: string) => {
      pieces += 1;
      if (pieces <= MOST_PIECES) this.note({ kind: 'block-output', block: name, node, text });
    };
    const script = scriptOf(block);
    const ended = await this.#typed(node, { script, env, dir, user, timeoutMs, answers, onOutput });
    typed('end', ended.exit, ended.output);
    this.note({ kind: 'block-end', block: name, node, role, ...ended });
    return ended;
  }

  /** A node that is down, or goes down before anything can be typed, takes nothing. */
  async #typed(node: string, typing: Typing): Promise<Typed> {
    const down: Typed = { exit: null, output: '', ended: 'node-down', asked: '', unasked: [] };
    if (!this.isUp(node)) return down;
    const contained = this.#node(node);
    return await typeOn(contained, typing).catch(async (error) => {
      if (!(await contained.container.inspect()).State.Running) return down;
      throw error;
    });
  }

  #node(name: string): Contained {
    const found = this.#options.assembly.nodes.get(name);
    if (found === undefined) throw new SetupError(`there is no node ${name}`);
    return found;
  }

  isUp(node: string): boolean {
    const { events } = this.#options.recorder;
    return !isDownAt(events, node, endMs(events));
  }

  get #up(): string[] {
    return this.#options.topology.nodes.filter((node) => this.isUp(node));
  }

  ownerOf(group: string): string | undefined {
    const { recorder, assembly, topology } = this.#options;
    const host =
      topology.services.find((one) => one.group === group)?.logicalHost ??
      topology.commandClients?.find(({ service }) => service === group)?.host ??
      group;
    const [address, now] = [assembly.plan.hostAddress(host), endMs(recorder.events)];
    return addressesSeen(recorder.events).find(
      ({ what, node, untilMs }) => what === address && untilMs >= now && this.isUp(node),
    )?.node;
  }

  async takenOver(group: string, from: string): Promise<boolean> {
    const moved = () => {
      const owner = this.ownerOf(group);
      return owner !== undefined && owner !== from ? true : undefined;
    };
    return await this.#options.recorder
      .until(`another node has ${group}`, TAKEOVER_DEADLINE_MS, moved)
      .catch(() => false);
  }

  async servedAgain(group: string): Promise<boolean> {
    const { recorder } = this.#options;
    const sinceMs = recorder.nowMs();
    const again = () => {
      if (recorder.events.at(-1)?.kind !== 'operation') return undefined;
      const last = writesSince(recorder.events, group, sinceMs).slice(-SUSTAINED);
      return last.length === SUSTAINED && last.every(({ outcome }) => outcome === 'ok') ? true : undefined;
    };
    return await recorder.until(`${group} is served again`, TAKEOVER_DEADLINE_MS, again).catch(() => false);
  }

  get servedByCommand(): string[] {
    const all = (this.#options.topology.commandClients ?? []).map(({ service }) => service);
    return all.filter((group) => this.hasClient({ group }));
  }

  hasClient({ group }: Pick<Service, 'group'>): boolean {
    return ofKind(this.#options.recorder.events, 'client-started').some(
      ({ source }) => source === `client-${group}`,
    );
  }

  async settled(): Promise<void> {
    const { recorder, topology } = this.#options;
    const all = [
      ...topology.services,
      ...(topology.commandClients ?? []).map(({ service }) => ({ group: service })),
    ];
    const services = all.filter((service) => this.hasClient(service));
    const sinceMs = recorder.nowMs();
    const isSettled = ({ group }: Pick<Service, 'group'>) => {
      const writes = writesSince(recorder.events, group, sinceMs);
      const last = writes.slice(-SUSTAINED);
      if (last.length === SUSTAINED && last.every(({ outcome }) => outcome === 'ok')) return true;
      const served = writes.findLast(({ outcome }) => outcome === 'ok')?.atMs ?? sinceMs;
      return endMs(recorder.events) - served > CUT_OFF_MS;
    };
    let left = services;
    await recorder
      .until('clients settle', SETTLE_DEADLINE_MS, () => {
        // Only outcomes and time change anything; looking anew at every event would cost what is being measured.
        if (!['operation', 'looks'].includes(recorder.events.at(-1)?.kind ?? '')) return undefined;
        left = left.filter((service) => !isSettled(service));
        return left.length === 0 ? true : undefined;
      })
      // Served now and then: that is not settled, and not the procedure's to mend.
      .catch(() => undefined);
  }

  async lookAtVersions(): Promise<void> {
    const { assembly } = this.#options;
    for (const node of this.#up)
      for (const path of this.#records()) await lookAt(assembly.witness, node, path).catch(() => undefined);
  }

  /** A package's record is on the node, or in the root itself where that is on a shared disk (docs/installation.md). */
  #records(): string[] {
    const bases = this.#options.topology.services.map(({ serverBase }) => serverBase);
    const roots = [...new Set(bases.map(rootOf))];
    return [
      '/var/sadm/pkg/SUNWics5/pkginfo',
      ...roots.map((root) => `${root}/var/sadm/pkg/SUNWics5/pkginfo`),
      ...new Set(bases.map((base) => `${base}/share/version`)),
    ];
  }

  async snapshot(when: 'start' | 'end' | 'rolled-back'): Promise<void> {
    const { assembly, topology } = this.#options;
    const texts: Record<string, string> = {};
    const cluster: Record<string, string> = {};
    const nodes: FilesSeen[] = [];
    const take = async (of: string, node: string, folders: string[], shared: string[]) => {
      const { value } = await assembly.witness.channel.order('snapshot', { node, folders, shared });
      const taken = value as { files: Record<string, string>; texts: Record<string, string> };
      Object.assign(texts, taken.texts);
      nodes.push({ node: of, files: taken.files });
    };
    for (const node of this.#up) {
      await take(node, node, FOLDERS, []);
      const asked = await this.#node(node)
        .run(['env', OPERATOR_PATH, 'scrgadm', '-pvv'], QUESTION_DEADLINE_MS)
        .catch(() => null);
      if (asked?.exit === 0) cluster[node] = asked.output;
      const packages = await this.#node(node)
        .run(['dpkg-query', '-W'], QUESTION_DEADLINE_MS)
        .catch(() => null);
      if (packages?.exit === 0) cluster[`${node} packages`] = packages.output;
    }
    for (const { group, mountPoint } of topology.services) {
      const owner = this.ownerOf(group);
      if (owner !== undefined) await take(group, owner, [], [`${mountPoint}/config`]);
    }
    this.note({ kind: 'snapshot', when, nodes, texts, cluster });
  }
}

/** In planned order. From the end backwards: looking through all of a long drill would cost what is being measured. */
function writesSince(events: Timeline, service: string, sinceMs: number): KindOf<'operation'>[] {
  const found: KindOf<'operation'>[] = [];
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index];
    if (event === undefined || event.atMs < sinceMs) break;
    if (event.kind !== 'operation' || event.service !== service || event.operation !== 'write') continue;
    if ((event.plannedMs ?? 0) >= sinceMs) found.push(event);
  }
  return found.toSorted((a, b) => (a.plannedMs ?? 0) - (b.plannedMs ?? 0));
}
