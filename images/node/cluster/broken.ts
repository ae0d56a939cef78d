/** Broken variants that act by themselves on the node that should be idle, once its peer serves. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { after, every } from '../../common/clock.ts';
import { run } from '../../common/run.ts';
import { tell } from '../../common/tell.ts';
import type { NodeConfig } from '../config.ts';
import { lunDevice } from './arrays.ts';
import { findType } from './core/lookup.ts';
import type { Shell } from './shell.ts';
import { PEEK_POINT } from './types/hastorageplus.ts';
import { plumb } from './types/logical-hostname.ts';

/** How long the peer serves before this acts, in heartbeats: its clients have then learnt the right hardware address. */
const QUANTA_BEFORE_ACTING = 10;

/** A restless cluster has been still for this long: its clients have then been struck already. */
const QUANTA_OF_REST = 40;
/** How long a server is stopped when a cable goes out. */
const STOP_MS = 1_500;

export function actBroken(config: NodeConfig, shell: Shell): void {
  if (config.sabotage === 'stops-for-a-cable') stopForCable(config);
  const act = {
    'second-mount': peek,
    'address-on-both': plumbToo,
    'busy-backup': standBy,
    restless: takeOver,
  }[config.sabotage as string];
  if (act === undefined) return;
  let served = 0;
  const stop = every(config.heartbeat.quantumMs, () => {
    served = shell.servedElsewhere() ? served + 1 : 0;
    if (served < (config.sabotage === 'restless' ? QUANTA_OF_REST : QUANTA_BEFORE_ACTING)) return;
    stop();
    act(config, shell).catch((error) => tell({ kind: 'log', text: `sabotage ${config.sabotage}: ${error}` }));
  });
}

async function peek({ deviceGroups }: NodeConfig): Promise<void> {
  const [group] = deviceGroups;
  const [half] = group?.volumes[0]?.submirrors ?? [];
  if (half === undefined) return;
  mkdirSync(PEEK_POINT, { recursive: true });
  await run('mount', ['-t', 'ext4', '-o', 'ro,noload', lunDevice(half), PEEK_POINT]);
}

async function plumbToo(_: NodeConfig, shell: Shell): Promise<void> {
  const { repository } = shell.state;
  const resource = repository.resources.find(({ type }) => type === 'SUNW.LogicalHostname');
  const type = findType(repository, 'SUNW.LogicalHostname');
  if (resource === undefined || type === undefined) return;
  const call = { resource, type, method: 'START', timeoutMs: 60_000 } as const;
  const context = shell.methods.contextOf(call, new AbortController().signal);
  await plumb(context, { announce: false });
}

/** Has the first group moved here, nobody having asked for it. */
async function takeOver({ name }: NodeConfig, shell: Shell): Promise<void> {
  const [group] = shell.state.repository.groups;
  if (group === undefined) return;
  await run('/usr/cluster/bin/scswitch', ['-z', '-g', group.name, '-h', name]);
}

/** The server stands still for a while when one cable to an interconnect is out, as if it had to be told of it. */
function stopForCable({ heartbeat, interconnects }: NodeConfig): void {
  const own = interconnects.map(({ self }) => self);
  const stop = every(heartbeat.quantumMs, () => {
    const there = Object.values(networkInterfaces()).flat();
    if (own.every((address) => there.some((known) => known?.address === address))) return;
    stop();
    const signal = (name: string) => run('pkill', [`-${name}`, '-f', 'lib/cshttpd.ts'], { accept: [0, 1] });
    void signal('STOP').then(() => after(STOP_MS, () => void signal('CONT')));
  });
}

async function standBy(): Promise<void> {
  // Does nothing but be there, under the name of a server process: it waits for input that never comes.
  spawn('node', ['-e', 'process.stdin.resume()', '/lib/cshttpd.ts'], { stdio: ['pipe', 'ignore', 'ignore'] });
}
