/** What the witness saw when it looked closely at nodes that ran more than one instance. */
import type { InstanceSeen } from '../../images/common/protocol.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { addressesSeen } from '../witnessed.ts';

/** One node that had the addresses of several services when it was looked at. */
export interface CloseLook {
  node: string;
  atMs: number;
  /** Each service, since when the node had its address, and its instance; undefined when no process of it was there. */
  hosted: { service: ServiceFacts; sinceMs: number; instance: InstanceSeen | undefined }[];
}

export function looksAtSeveral(timeline: Timeline, services: readonly ServiceFacts[]): CloseLook[] {
  const addresses = addressesSeen(timeline);
  return ofKind(timeline, 'instances').flatMap(({ node, atMs, instances }) => {
    const hosted = services.flatMap((service) => {
      const span = addresses.find(
        ({ what, node: on, fromMs, untilMs }) =>
          what === service.address && on === node && fromMs <= atMs && untilMs >= atMs,
      );
      const instance = instances.find(({ base }) => base === service.serverBase);
      return span === undefined ? [] : [{ service, sinceMs: span.fromMs, instance }];
    });
    return hosted.length < 2 ? [] : [{ node, atMs, hosted }];
  });
}
