/** What an operator types to bring a further node's service into a serving cluster (guide §6.1.3, §6.6.3). Pure. */
import { setUpSteps } from '../set-up.ts';
import { servicesLater } from '../topology-later.ts';
import type { Service, Topology } from '../topology-model.ts';

/** Services whose nodes are switched off at first. */
export function servicesToCome(topology: Topology): Service[] {
  return servicesLater(topology);
}

/** The commands of the set-up for this one service; its types are registered already. */
export function commandsFor(topology: Topology, service: Service): string[] {
  return setUpSteps({ ...topology, services: [service] })
    .flatMap(({ commands }) => commands)
    .filter((line) => !line.startsWith('scrgadm -a -t '));
}
