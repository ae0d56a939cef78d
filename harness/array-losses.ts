/** Losses of whole arrays, as the arrays told of them, and what stood on them. Pure. */
import { type Port, portsAt } from './ports.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from './timeline.ts';

/** One array that was gone, in ms since the run began; `backMs` null when it never returned. */
export interface ArrayLoss {
  array: string;
  lostMs: number;
  backMs: number | null;
}

/** In the order in which they began. */
export function arrayLossesOf(timeline: Timeline): ArrayLoss[] {
  return ofKind(timeline, 'array-lost').map(({ source: array, atMs: lostMs }) => {
    const back = ofKind(timeline, 'array-back').find(
      ({ source, atMs }) => source === array && atMs >= lostMs,
    );
    return { array, lostMs, backMs: back?.atMs ?? null };
  });
}

/** A time in which something held, in ms since the run began; without an end it went on until the drill was over. */
export interface Span {
  fromMs: number;
  untilMs: number | null;
}

/** The arrays that have a half of the service's store, or all of it. */
export function arraysUnder({ luns }: ServiceFacts): string[] {
  return [...new Set(luns.map((lun) => lun.split('/')[0] ?? ''))];
}

/** When no array was there that has the service's store. */
export function withoutDisk(timeline: Timeline, service: ServiceFacts): Span[] {
  const under = arraysUnder(service);
  const losses = arrayLossesOf(timeline).filter(({ array }) => under.includes(array));
  const goneAt = (atMs: number) =>
    new Set(
      losses
        .filter(({ lostMs, backMs }) => lostMs <= atMs && (backMs === null || backMs > atMs))
        .map(({ array }) => array),
    );
  return losses
    .filter(({ lostMs }) => under.length > 0 && goneAt(lostMs).size === under.length)
    .map(({ lostMs }) => {
      const backs = losses.flatMap(({ backMs }) => (backMs !== null && backMs > lostMs ? [backMs] : []));
      return { fromMs: lostMs, untilMs: backs.length === 0 ? null : Math.min(...backs) };
    });
}

/** Services with none of their store on an array that a fault took away: what others it takes along is what is asked. */
export function servicesApart(timeline: Timeline, { services }: DrillFacts): ServiceFacts[] {
  const struck = ofKind(timeline, 'fault').flatMap(({ fault, target }) =>
    fault === 'array-loss' ? [target] : [],
  );
  return services.filter((service) => !arraysUnder(service).some((array) => struck.includes(array)));
}

/** Ports through which something could be written at `atMs`: not cut, and to an array that was there. */
export function usablePortsAt(timeline: Timeline, atMs: number): Port[] {
  const gone = arrayLossesOf(timeline)
    .filter(({ lostMs, backMs }) => lostMs <= atMs && (backMs === null || backMs > atMs))
    .map(({ array }) => array);
  return portsAt(timeline, atMs).filter(({ cut, lun }) => !cut && !gone.includes(lun.split('/')[0] ?? ''));
}
