/** What of a topology is there from the beginning, and what comes in the course of a drill. Pure. */
import type { Service, Topology } from './topology-model.ts';

/** The nodes that are there from the beginning. */
export function nodesAtFirst({ nodes, later }: Topology): string[] {
  return nodes.filter((node) => !later.includes(node));
}

/** The services that run from the beginning, and those that come with their nodes. */
export function servicesAtFirst({ services, later }: Topology): Service[] {
  return services.filter(({ primary }) => !later.includes(primary));
}

export function servicesLater({ services, later }: Topology): Service[] {
  return services.filter(({ primary }) => later.includes(primary));
}
