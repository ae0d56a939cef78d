/**
 * SUNW.LogicalHostname is registered in the product from the start: this declaration stands in until somebody registers
 * it. It says what the registration file says; a test compares them.
 */
import type { PropertyDeclaration, ResourceType } from './configuration.ts';

type Range = Pick<PropertyDeclaration, 'min' | 'max'>;

function int(name: string, value: number, description: string, range: Range): PropertyDeclaration {
  const fixed = { extension: false, type: 'int', tunable: 'ANYTIME' } as const;
  return { name, ...fixed, default: String(value), ...range, description };
}

function timeout(name: string, seconds: number): PropertyDeclaration {
  return int(`${name}_timeout`, seconds, 'Seconds until the method counts as failed', { min: 5 });
}

export const LOGICAL_HOSTNAME: ResourceType = {
  name: 'SUNW.LogicalHostname',
  version: '2',
  description: 'Logical hostname',
  kind: 'address',
  baseDirectory: '/usr/cluster/lib/rgm/rt/hafoip',
  methods: {
    VALIDATE: 'hafoip_validate',
    PRENET_START: 'hafoip_prenet_start',
    START: 'hafoip_start',
    STOP: 'hafoip_stop',
    MONITOR_START: 'hafoip_monitor_start',
    MONITOR_STOP: 'hafoip_monitor_stop',
    MONITOR_CHECK: 'hafoip_monitor_check',
  },
  failover: true,
  properties: [
    timeout('Prenet_start', 300),
    timeout('Start', 500),
    ...['Stop', 'Validate', 'Monitor_start', 'Monitor_stop', 'Monitor_check'].map((name) =>
      timeout(name, 300),
    ),
    {
      name: 'Failover_mode',
      extension: false,
      type: 'enum',
      default: 'SOFT',
      values: ['NONE', 'SOFT', 'HARD'],
      tunable: 'ANYTIME',
      description:
        'SOFT, not the NONE of the manager: an address that cannot be plumbed here is tried on another node',
    },
    int('Retry_count', 2, 'Restarts within Retry_interval before the group is given over', {
      min: 0,
      max: 10,
    }),
    int('Retry_interval', 600, 'Seconds within which restarts count', { min: 1 }),
    int(
      'Thorough_probe_interval',
      60,
      'Seconds between two looks at the link of the public interface and at the addresses',
      { min: 1, max: 3600 },
    ),
    {
      name: 'HostnameList',
      extension: true,
      type: 'stringarray',
      default: null,
      min: 1,
      tunable: 'AT_CREATION',
      description: 'Host names whose addresses the resource brings up; scrgadm -a -L -l sets it',
    },
    { ...int('Probe_timeout', 30, 'Seconds after which a probe has failed', { min: 1 }), extension: true },
  ],
};
