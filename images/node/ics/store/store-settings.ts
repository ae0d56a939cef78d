/** What ics.conf says of the store. Pure. */
import { join } from 'node:path';
import type { Settings } from '../settings.ts';
import { COPY_KINDS, type CopyPlan } from './copies.ts';

/** The product's defaults, in days. */
const MINDAYS = 3;
const MAXDAYS = 7;

/** csdb. */
export function storeFolder(settings: Settings): string {
  return settings.text('caldb.berkeleydb.homedir.path');
}

/** The copies that are enabled. @throws Error for values that cannot be meant. */
export function copyPlans(settings: Settings): CopyPlan[] {
  return COPY_KINDS.flatMap((kind) => {
    const prefix = `caldb.berkeleydb.${kind}`;
    if (!settings.has(`${prefix}.enable`) || !settings.yes(`${prefix}.enable`)) return [];
    const days = (name: string, otherwise: number) =>
      settings.has(`${prefix}.${name}`) ? settings.number(`${prefix}.${name}`) : otherwise;
    const [mindays, maxdays] = [days('mindays', MINDAYS), days('maxdays', MAXDAYS)];
    if (mindays < 1 || maxdays < mindays)
      throw new Error(
        `ics.conf: ${prefix}.mindays is ${mindays} and maxdays ${maxdays}; needed is 1 <= mindays <= maxdays`,
      );
    const path = settings.has(`${prefix}.path`)
      ? settings.text(`${prefix}.path`)
      : join(storeFolder(settings), kind);
    return [{ kind, path, mindays, maxdays }];
  });
}
