/** The paths from nodes to LUNs and who masters a LUN, as the arrays told of it. */
import { ofKind, type Timeline } from './timeline.ts';

/** One node's path to one LUN (`array/lun`). */
export interface Port {
  node: string;
  lun: string;
  /** Block device as major:minor. */
  device: string;
  cut: boolean;
}

/** True if the file behind a mounted device is this volume: `array/lun`, or `deviceGroup/volume` of a mirror. */
export function isBackedBy(backing: string, volume: string): boolean {
  return backing.endsWith(`/${volume}`);
}

/** Every port that is attached at `atMs` (events of that very moment included), cut or not. */
export function portsAt(timeline: Timeline, atMs: number): Port[] {
  const ports = new Map<string, Port>();
  for (const event of timeline) {
    if (event.atMs > atMs) break;
    if (event.kind !== 'port-attached' && event.kind !== 'port-detached' && event.kind !== 'port-cut')
      continue;
    const { kind, node, lun, device } = event;
    const key = `${node} ${lun} ${device}`;
    if (kind === 'port-detached') ports.delete(key);
    else ports.set(key, { node, lun, device, cut: kind === 'port-cut' });
  }
  return [...ports.values()];
}

/** The node that holds the reservation of a LUN at `atMs`; null when none ever did. */
export function masterAt(timeline: Timeline, lun: string, atMs: number): string | null {
  const reserved = ofKind(timeline, 'reserved').filter((event) => event.lun === lun && event.atMs <= atMs);
  return reserved.at(-1)?.node ?? null;
}
