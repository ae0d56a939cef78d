/** A cluster as an operator may find it: two nodes, the guide's group online on the first, another one new. */
import type {
  Heartbeat,
  PropertyDeclaration,
  Repository,
  ResourceType,
  State,
} from '../../images/node/cluster/core/types.ts';

const timeout: PropertyDeclaration = {
  ...{ name: 'Start_timeout', extension: false, type: 'int', default: '300', min: 60 },
  ...{ tunable: 'ANYTIME', description: '' },
};

const scics: ResourceType = {
  name: 'SUNW.scics',
  version: '1.0',
  description: 'Calendar Server',
  kind: 'application',
  baseDirectory: '/opt/SUNWscics/bin',
  methods: { START: 'ics_svc_start', STOP: 'ics_svc_stop' },
  failover: true,
  properties: [
    timeout,
    {
      ...{ name: 'ICS_serverroot', extension: true, type: 'string', default: null, min: 1, max: 1024 },
      ...{ tunable: 'WHEN_DISABLED', description: "The server's base folder" },
    },
  ],
};

export const repository: Repository = {
  version: 3_000_004,
  types: [scics],
  groups: [
    { name: 'CAL-RG', nodelist: ['Node1', 'Node2'], managed: true, properties: { Failback: 'true' } },
    { name: 'new-rg', nodelist: ['Node2'], managed: false, properties: {} },
  ],
  resources: [
    {
      ...{
        name: 'LOG-HOST-RS',
        type: 'SUNW.LogicalHostname',
        group: 'CAL-RG',
        enabled: true,
        monitored: true,
      },
      properties: { HostnameList: 'LOG-HOST-RS', R_description: 'the address' },
    },
    {
      ...{ name: 'CAL-SVR-RS', type: 'SUNW.scics', group: 'CAL-RG', enabled: true, monitored: false },
      properties: { ICS_serverroot: '/cal-svr-base' },
    },
  ],
};

const shown = (state: string, status: string, message: string) => ({ state, status, message });

/** Only what commands look at. */
export function operatorState(): State {
  const heartbeat = {
    groups: { 'CAL-RG': 'Offline' },
    resources: { 'LOG-HOST-RS': { state: 'Offline', message: '' } },
    devices: { penguin: { mastered: false }, polarbear: { mastered: true } },
  } as unknown as Heartbeat;
  return {
    config: {
      ...{ self: 'Node1', nodes: ['Node1', 'Node2'], heartbeatQuantumMs: 100, heartbeatTimeoutMs: 1000 },
      ...{ bootPatienceMs: 5000, sabotage: null },
      quorumDevices: [{ name: 'array1/quorum', nodes: ['Node1', 'Node2'] }],
      deviceGroups: [
        { name: 'penguin', nodes: ['Node1', 'Node2'] },
        { name: 'polarbear', nodes: ['Node1', 'Node2'] },
        { name: 'seal', nodes: ['Node2'] },
      ],
    },
    ...{ incarnation: 7, view: { generation: 3, members: ['Node1', 'Node2'] }, repository },
    placement: { ...{ serial: 1, targets: {}, cleared: {}, applied: [] }, devices: {} },
    peers: { Node2: { lastHeardMs: 900, suspected: false, heartbeat } },
    groupStates: { 'CAL-RG': 'Online' },
    local: {
      'LOG-HOST-RS': shown('Online', 'Online', 'LogicalHostname online.'),
      'CAL-SVR-RS': shown('Online_not_monitored', 'Degraded', 'slow to\n answer'),
    },
    devices: { penguin: { mastered: true } },
  } as unknown as State;
}
