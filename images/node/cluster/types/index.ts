import { gds } from './gds.ts';
import { hastorageplus } from './hastorageplus.ts';
import { logicalHostname } from './logical-hostname.ts';
import { scics } from './scics.ts';
import type { ResourceTypePlugin } from './type.ts';

const plugins: ResourceTypePlugin[] = [logicalHostname, hastorageplus, scics, gds];

/** The plug-in of a type; undefined when its methods are programs of its own. */
export function pluginOf(type: string): ResourceTypePlugin | undefined {
  return plugins.find((plugin) => plugin.type === type);
}
