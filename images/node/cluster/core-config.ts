/** What the core needs to know of its node's configuration. Pure. */
import type { NodeConfig } from '../config.ts';
import type { CoreConfig, CoreSabotage } from './core/types.ts';

const CORE_SABOTAGES: readonly string[] = [
  'mount-before-fence',
  'no-takeover',
  'one-group-a-node',
  'all-on-backup',
  'ignores-failback',
];

export function coreConfigOf(config: NodeConfig): CoreConfig {
  const { name, nodes, heartbeat, bootPatienceMs, sabotage } = config;
  return {
    self: name,
    nodes,
    heartbeatQuantumMs: heartbeat.quantumMs,
    heartbeatTimeoutMs: heartbeat.timeoutMs,
    bootPatienceMs,
    quorumDevices: config.quorumDevices.map(({ array, lun, nodes: wired }) => ({
      name: `${array}/${lun}`,
      nodes: wired,
    })),
    deviceGroups: config.deviceGroups.map(({ name: group, nodes: wired }) => ({ name: group, nodes: wired })),
    sabotage: CORE_SABOTAGES.includes(sabotage ?? '') ? (sabotage as CoreSabotage) : null,
  };
}
