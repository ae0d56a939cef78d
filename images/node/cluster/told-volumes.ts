/** Volumes whose masters the core knows. */
import type { Input } from './core/types.ts';
import type { Volumes } from './volumes.ts';

/**
 * The same volumes; whoever masters or releases a group of them, the core knows. A group that an operator has taken out
 * of use (scswitch -m) is mastered by nobody.
 */
export function telling(
  volumes: Volumes,
  take: (input: Input) => void,
  inMaintenance: (deviceGroup: string) => boolean = () => false,
): Volumes {
  const told = (deviceGroup: string, mastered: boolean) =>
    take({ kind: 'mastered', deviceGroup, mastered, message: '' });
  return {
    deviceGroups: volumes.deviceGroups,
    find: (path) => volumes.find(path),
    open: (deviceGroup, volume) => volumes.open(deviceGroup, volume),
    close: (deviceGroup, volume) => volumes.close(deviceGroup, volume),
    mirrors: () => volumes.mirrors(),
    master: async (deviceGroup) => {
      if (inMaintenance(deviceGroup))
        throw new Error(
          `device group ${deviceGroup} is in maintenance; scswitch -z -D ${deviceGroup} -h NODE takes it into use again`,
        );
      await volumes.master(deviceGroup);
      told(deviceGroup, true);
    },
    release: async (deviceGroup) => {
      await volumes.release(deviceGroup);
      told(deviceGroup, false);
    },
  };
}
