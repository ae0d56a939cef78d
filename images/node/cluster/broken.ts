/** Broken variants that act by themselves on the node that should be idle, once its peer serves. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { every, until } from '../../common/clock.ts';
import { run } from '../../common/run.ts';
import { tell } from '../../common/tell.ts';
import type { NodeConfig } from '../config.ts';
import { lunDevice } from './arrays.ts';
import { actOnNetworks } from './broken-over-networks.ts';
import { findType } from './core/lookup.ts';
import type { Shell } from './shell.ts';
import { PEEK_POINT } from './types/hastorageplus.ts';
import { plumb } from './types/logical-hostname.ts';

/** How long the peer serves before this acts, in heartbeats: its clients have then learnt the right hardware address. */
const QUANTA_BEFORE_ACTING = 10;
const OWN_SERVER_MS = 120_000;

export function actBroken(config: NodeConfig, shell: Shell): void {
  actOnNetworks(config, shell);
  const act = {
    'second-mount': peek,
    'address-on-both': plumbToo,
    'busy-backup': standBy,
    'newcomer-evacuates': evacuate,
    'backup-burns-cpu': burn,
  }[config.sabotage as string];
  if (act === undefined) return;
  let served = 0;
  const stop = every(config.heartbeat.quantumMs, () => {
    served = shell.servedElsewhere() ? served + 1 : 0;
    if (served < QUANTA_BEFORE_ACTING) return;
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

/** About half of a processor, for as long as the node is up. */
async function burn(): Promise<void> {
  const program =
    'let n = 0; for (;;) { for (let i = 0; i < 2e6; i++) n += i; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3); }';
  spawn('node', ['-e', program], { stdio: 'ignore' });
}

async function standBy(): Promise<void> {
  // Does nothing but be there, under the name of a server process: it waits for input that never comes.
  spawn('node', ['-e', 'process.stdin.resume()', '/lib/cshttpd.ts'], { stdio: ['pipe', 'ignore', 'ignore'] });
}

/** The last node before the spare is the one that came last. It first comes to serve what is its own. */
async function evacuate({ name, nodes }: NodeConfig): Promise<void> {
  if (name !== nodes.at(-2)) return;
  const own = async () => (await run('pgrep', ['-f', '/lib/cshttpd.ts'], { accept: [0, 1] })) || undefined;
  await until('a server of its own', OWN_SERVER_MS, own, { everyMs: 200 });
  // Refused while its own group still starts.
  const evacuated = async () =>
    await run('/usr/cluster/bin/scswitch', ['-S', '-h', nodes[0] ?? '']).then(
      () => true,
      () => undefined,
    );
  await until('the evacuation', OWN_SERVER_MS, evacuated, { everyMs: 200 });
}
