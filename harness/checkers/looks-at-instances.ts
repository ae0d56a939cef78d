/** What the witness saw when it looked closely at nodes that ran more than one instance. */
import type { InstanceSeen } from '../../images/common/protocol.ts';
import { windowsOf } from '../measured.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { addressesSeen } from '../witnessed.ts';

/** One node that had the addresses of several services when it was looked at. */
export interface CloseLook {
  node: string;
  atMs: number;
  /** Each service with its instance; undefined when no process of it was there. */
  hosted: { service: ServiceFacts; instance: InstanceSeen | undefined }[];
  /** What was measured just before. */
  window: { fromMs: number; untilMs: number };
}

export function looksAtSeveral(timeline: Timeline, services: readonly ServiceFacts[]): CloseLook[] {
  const addresses = addressesSeen(timeline);
  return ofKind(timeline, 'instances').flatMap(({ node, atMs, instances }) => {
    const hosted = services.filter(({ address }) =>
      addresses.some(
        (one) => one.what === address && one.node === node && one.fromMs <= atMs && one.untilMs >= atMs,
      ),
    );
    const window = windowsOf(timeline).findLast(({ untilMs }) => untilMs <= atMs);
    if (hosted.length < 2 || window === undefined) return [];
    const instanceOf = ({ serverBase }: ServiceFacts) => instances.find(({ base }) => base === serverBase);
    return [
      {
        node,
        atMs,
        window,
        hosted: hosted.map((service) => ({ service, instance: instanceOf(service) })),
      },
    ];
  });
}
