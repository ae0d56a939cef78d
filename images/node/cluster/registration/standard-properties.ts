/** The properties that every resource may have without the word EXTENSION, as Sun Cluster knows them. Data only. */
import type { PropertyDeclaration } from '../core/configuration.ts';

type Standard = Pick<PropertyDeclaration, 'type' | 'default' | 'tunable'> &
  Partial<Pick<PropertyDeclaration, 'min' | 'max' | 'values'>>;

const seconds = (value: string): Standard => ({
  type: 'int',
  default: value,
  min: 1,
  tunable: 'ANYTIME',
});
const list: Standard = { type: 'stringarray', default: '', tunable: 'ANYTIME' };

const METHODS = [
  ...['Validate', 'Prenet_start', 'Start', 'Stop', 'Postnet_stop'],
  ...['Monitor_start', 'Monitor_stop', 'Monitor_check'],
];

export const STANDARD_PROPERTIES: Record<string, Standard> = {
  ...Object.fromEntries(METHODS.map((method) => [`${method}_timeout`, seconds('3600')])),
  R_description: { type: 'string', default: '', tunable: 'ANYTIME' },
  Resource_dependencies: list,
  Resource_dependencies_weak: list,
  Network_resources_used: list,
  Port_list: list,
  Failover_mode: { type: 'enum', default: 'NONE', values: ['NONE', 'SOFT', 'HARD'], tunable: 'ANYTIME' },
  Retry_count: { type: 'int', default: '2', min: 0, tunable: 'ANYTIME' },
  Retry_interval: seconds('600'),
  Thorough_probe_interval: seconds('120'),
  Cheap_probe_interval: seconds('60'),
};
