/** metastat: state of the mirrored volumes that are open here, in the layout of Solaris Volume Manager. Pure. */
import type { MirrorStatus, Submirror } from '../volumes.ts';
import { optional, splitWords, WrongForm } from './words.ts';

export interface MetastatForm {
  set: string | null;
  volumes: string[];
}

/** @throws WrongForm */
export function parseMetastat(args: string[]): MetastatForm {
  const words = splitWords(args, { s: 'SET' });
  const set = optional(words, 's');
  if (set === '') throw new WrongForm('-s has an empty name');
  return { set: set ?? null, volumes: words.operands };
}

/** @throws WrongForm for a set or a mirror that is not there. */
export function metastat(mirrors: MirrorStatus[], form: MetastatForm, sets: string[], node: string): string {
  if (form.set !== null && !sets.includes(form.set))
    throw new WrongForm(
      `there is no set ${form.set}; ${sets.length > 0 ? `sets are ${sets.join(', ')}` : 'there is none'}`,
    );
  const inSet = mirrors.filter(({ deviceGroup }) => form.set === null || deviceGroup === form.set);
  const shown =
    form.volumes.length === 0
      ? inSet
      : form.volumes.flatMap((volume) => named(inSet, volume, form.set, node));
  if (shown.length > 0) return shown.map((mirror) => `${printMirror(mirror)}\n`).join('\n');
  return `No mirror ${form.set === null ? '' : `of set ${form.set} `}is open on ${node}; metastat shows those of the node that masters the set.\n`;
}

/** As d400 or penguin/d400; the same name may be in two sets. */
function named(mirrors: MirrorStatus[], volume: string, set: string | null, node: string): MirrorStatus[] {
  const found = mirrors.filter(
    (mirror) => mirror.volume === volume || `${mirror.deviceGroup}/${mirror.volume}` === volume,
  );
  if (found.length > 0) return found;
  const known = mirrors.map((mirror) => `${mirror.deviceGroup}/${mirror.volume}`).join(', ') || 'none';
  throw new WrongForm(
    `no mirror ${volume}${set === null ? '' : ` of set ${set}`} is open on ${node}; open: ${known}`,
  );
}

function printMirror({ deviceGroup, volume, submirrors }: MirrorStatus): string {
  const resyncing = submirrors.find(({ state }) => state === 'Resyncing');
  return [
    `${deviceGroup}/${volume}: Mirror`,
    ...submirrors.flatMap(({ array, lun, state }, at) => [
      `    Submirror ${at}: ${array}/${lun}`,
      `      State: ${state}`,
    ]),
    ...(resyncing === undefined ? [] : [`    Resync in progress: ${percent(resyncing)} % done`]),
  ].join('\n');
}

/** Rounded down: 100 % is said of what is done. */
function percent({ progress = 0 }: Submirror): number {
  return Math.floor(progress);
}
