/** What ics.conf says of the store. Pure. */
import { join } from 'node:path';
import type { Settings } from '../settings.ts';
import { COPY_KINDS, type CopyPlan } from './copies.ts';

/** csdb. */
export function storeFolder(settings: Settings): string {
  return settings.text('caldb.berkeleydb.homedir.path');
}

/** The copies that are enabled. @throws Error for values that cannot be meant. */
export function copyPlans(settings: Settings): CopyPlan[] {
  return COPY_KINDS.flatMap((kind) => {
    const prefix = `caldb.berkeleydb.${kind}`;
    if (!settings.yes(`${prefix}.enable`)) return [];
    const [mindays, maxdays] = [settings.number(`${prefix}.mindays`), settings.number(`${prefix}.maxdays`)];
    if (maxdays < mindays)
      throw new Error(
        `ics.conf: ${prefix}.maxdays is ${maxdays}, which is less than its mindays, ${mindays}`,
      );
    const path = settings.has(`${prefix}.path`)
      ? settings.text(`${prefix}.path`)
      : join(storeFolder(settings), kind);
    return [{ kind, path, mindays, maxdays }];
  });
}
