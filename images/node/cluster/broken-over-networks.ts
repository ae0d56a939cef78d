/** Broken variants that make more of a lost network than it is. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { after, every } from '../../common/clock.ts';
import { run } from '../../common/run.ts';
import { tell } from '../../common/tell.ts';
import type { NodeConfig } from '../config.ts';
import type { Shell } from './shell.ts';

/** How long a server is stopped when a cable goes out. */
const STOP_MS = 1_500;
/** Clients of a drill connect far more often than this in the time between two looks, and a probe less often. */
const [LOOK_MS, BUSY, QUIET] = [1_000, 20, 2];

export function actOnNetworks(config: NodeConfig, shell: Shell): void {
  const act = { 'stops-for-a-cable': stopForCable, restless: fleeSilence }[config.sabotage as string];
  act?.(config, shell);
}

/** The server stands still for a while when one cable to an interconnect is out. */
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

/** The first node takes the silence of its clients for a failure of its own, and gives its group away. */
function fleeSilence({ name, nodes }: NodeConfig, shell: Shell): void {
  const [first, other] = nodes;
  if (name !== first) return;
  let [before, busy] = [connectionsTaken(), false];
  const stop = every(LOOK_MS, () => {
    const taken = connectionsTaken();
    const fresh = taken - before;
    before = taken;
    busy ||= fresh >= BUSY;
    if (!busy || fresh > QUIET) return;
    stop();
    const group = shell.state.repository.groups[0]?.name ?? '';
    run('/usr/cluster/bin/scswitch', ['-z', '-g', group, '-h', other ?? '']).catch((error) =>
      tell({ kind: 'log', text: `sabotage restless: ${error}` }),
    );
  });
}

/** Connections that this node's servers have accepted so far: PassiveOpens of RFC 4022, as the kernel counts them. */
function connectionsTaken(): number {
  const [names = '', values = ''] = readFileSync('/proc/net/snmp', 'utf8').match(/^Tcp: .*$/gm) ?? [];
  return Number(values.split(' ')[names.split(' ').indexOf('PassiveOpens')]);
}
