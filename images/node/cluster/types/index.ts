import { hastorageplus } from './hastorageplus.ts';
import { logicalHostname } from './logical-hostname.ts';
import { scics } from './scics.ts';
import type { ResourceTypePlugin } from './type.ts';

const plugins: ResourceTypePlugin[] = [logicalHostname, hastorageplus, scics];

export function pluginOf(type: string): ResourceTypePlugin {
  const plugin = plugins.find((candidate) => candidate.type === type);
  if (plugin === undefined)
    throw new Error(`no resource type ${type}; there are ${plugins.map((p) => p.type).join(', ')}`);
  return plugin;
}
