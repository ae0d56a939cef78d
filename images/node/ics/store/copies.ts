/**
 * The daily copies of the store: their folders and how long they are kept. An archive is a snapshot with the log of
 * what was applied since; a hot backup has that log applied. Pure.
 */

export const COPY_KINDS = ['archive', 'hotbackup'] as const;
export type CopyKind = (typeof COPY_KINDS)[number];

export interface CopyPlan {
  kind: CopyKind;
  /** Folder that the copies of this kind are in. */
  path: string;
  /** So many days are kept even where room is scarce, and none longer than `maxdays`. */
  mindays: number;
  maxdays: number;
}

/** As YYYYMMDD, in UTC. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10).replaceAll('-', '');
}

export function copyName(kind: CopyKind, day: string): string {
  return `${kind}_${day}`;
}

/** Days of which there are copies of a kind among the names of a folder, the newest first. */
export function daysAmong(kind: CopyKind, names: readonly string[]): string[] {
  const own = names.flatMap((name) => new RegExp(`^${kind}_(\\d{8})$`).exec(name)?.[1] ?? []);
  return own.sort().reverse();
}

/** What a crash has left of copies of a kind: begun and not finished, or put aside for one that was. */
export function leftAmong(kind: CopyKind, names: readonly string[], what: 'partial' | 'replaced'): string[] {
  return names.filter((name) => new RegExp(`^${kind}_\\d{8}\\.${what}$`).test(name));
}

/** Days from `day` to `today`. */
function age(day: string, today: string): number {
  const date = (text: string) =>
    Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T00:00:00Z`);
  return Math.round((date(today) - date(day)) / 86_400_000);
}

/**
 * Which of the days that have copies are to go. The newest never goes, however old: it may be the only one that can be
 * restored. @param scarce the disk has little room, so that only `mindays` are kept.
 */
export function outlived(
  days: readonly string[],
  today: string,
  { mindays, maxdays }: Pick<CopyPlan, 'mindays' | 'maxdays'>,
  scarce: boolean,
): string[] {
  const limit = scarce ? mindays : maxdays;
  return days.slice(1).filter((day) => age(day, today) >= limit);
}
