/** SUNW.LogicalHostname is registered in the product: this declaration stands in until a registration file is read. */
import type { PropertyDeclaration, ResourceType } from './configuration.ts';

function timeout(name: string, seconds: number): PropertyDeclaration {
  return {
    name,
    extension: false,
    type: 'int',
    default: String(seconds),
    min: 1,
    tunable: 'ANYTIME',
    description: 'Seconds until the method counts as failed',
  };
}

export const LOGICAL_HOSTNAME: ResourceType = {
  name: 'SUNW.LogicalHostname',
  version: '1',
  description: 'Logical hostname: an address that follows its group',
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
    timeout('Prenet_start_timeout', 300),
    timeout('Start_timeout', 500),
    timeout('Stop_timeout', 300),
    {
      name: 'HostnameList',
      extension: true,
      type: 'stringarray',
      default: null,
      min: 1,
      tunable: 'AT_CREATION',
      description: 'Hosts whose addresses follow the group',
    },
  ],
};
