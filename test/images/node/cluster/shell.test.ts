import { expect } from 'chai';
import { every, monotonicMs, until } from '../../../../images/common/clock.ts';
import { boot, step } from '../../../../images/node/cluster/core/step.ts';
import type { Heartbeat, Input } from '../../../../images/node/cluster/core/types.ts';
import { coreConfigOf } from '../../../../images/node/cluster/core-config.ts';
import {
  type KeyEffect,
  type KeyReports,
  Shell,
  type ShellParts,
} from '../../../../images/node/cluster/shell.ts';
import type { NodeConfig } from '../../../../images/node/config.ts';
import { EMPTY } from '../../../helpers/core-members.ts';
import { noVolumes } from '../../../helpers/methods.ts';

/** So long that no tick comes while a test runs. */
const NO_TICK_MS = 3_600_000;

const config: NodeConfig = {
  name: 'n1',
  nodes: ['n1', 'n2'],
  heartbeat: { quantumMs: NO_TICK_MS, timeoutMs: 300 },
  bootPatienceMs: NO_TICK_MS,
  interconnects: [],
  publicAddress: '198.18.0.10',
  publicPrefix: 24,
  arrays: {},
  luns: [],
  quorumDevices: [{ array: 'penguin', lun: 'q1', nodes: ['n1', 'n2'] }],
  deviceGroups: [],
  mirrorService: null,
  globalMounts: null,
  vfstab: '',
  mountPoints: [],
  ownDisk: { agent: false, servers: [] },
  sabotage: null,
};

/** Keys that are there as soon as they are asked for. */
function readyKeys(reports: KeyReports) {
  return {
    perform: (effect: KeyEffect) => {
      const { kind, generation } = effect;
      if (kind === 'join') reports.take({ kind: 'joined', generation, ok: true, message: '' });
      if (kind === 'fence') reports.take({ kind: 'fence-result', generation, ok: true, message: '' });
      // A node that loses goes down, and this one is the process of the tests.
      if (kind === 'ask-quorum-device')
        reports.take({
          kind: 'quorum-result',
          generation,
          device: effect.device,
          granted: true,
          answered: true,
        });
    },
    watch: () => undefined,
    silentQuorumDevices: async () => [],
  };
}

describe('the shell of a core', function () {
  this.timeout(130_000);

  it('gives it its moments: a peer that has fallen silent is suspected though no tick comes', async () => {
    const said: string[] = [];
    let hear: (heartbeat: Heartbeat) => void = () => undefined;
    let peer = boot(coreConfigOf({ ...config, name: 'n2' }), 1, monotonicMs(), EMPTY);
    let isSilent = false;
    const tellPeer = (input: Input) => {
      const { state, effects } = step(peer, input, monotonicMs());
      peer = state;
      for (const effect of effects) {
        if (effect.kind === 'send' && !isSilent) queueMicrotask(() => hear(effect.heartbeat));
        if (effect.kind === 'save') tellPeer({ kind: 'saved', version: effect.repository.version });
        if (effect.kind === 'join')
          tellPeer({ kind: 'joined', generation: effect.generation, ok: true, message: '' });
      }
    };
    const parts = {
      keys: readyKeys,
      volumes: noVolumes,
      interconnect: {
        open: async (_: NodeConfig, onHeartbeat: typeof hear) => {
          hear = onHeartbeat;
        },
        send: (heartbeat: Heartbeat) => queueMicrotask(() => tellPeer({ kind: 'heartbeat', heartbeat })),
        paths: () => [],
      },
      processMonitor: {},
      repositoryFile: { load: () => EMPTY, save: async () => undefined },
      logger: {
        log: (_: string, __: string, text: string, ...rest: string[]) => said.push([text, ...rest].join(' ')),
      },
    } as unknown as ShellParts;
    const shell = new Shell(config, parts);
    await shell.start();
    const stopPeer = every(20, () => tellPeer({ kind: 'tick' }));
    await until('a view of two', 60_000, () => (shell.state.view?.members.length === 2 ? true : undefined));
    isSilent = true;
    stopPeer();
    await until('the suspicion', 60_000, () =>
      said.some((text) => text.includes('is not heard any more')) ? true : undefined,
    );
    expect(shell.state.peers['n2']?.suspected).to.equal(true);
    await shell.end();
  });
});
