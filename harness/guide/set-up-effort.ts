/** What it takes to set up each model: the operator's commands, and what the cluster then has to manage. Pure. */
import { setUpCommands } from '../set-up.ts';
import { type Service, type Topology, topologies } from '../topology.ts';

export interface Effort {
  model: string;
  commands: number;
  groups: number;
  resources: number;
}

/** Of the models that come with this. */
export function setUpEffort(): Effort[] {
  return topologies.map((topology) => {
    const commands = setUpCommands(topology);
    const count = (form: RegExp) => commands.filter((line) => form.test(line)).length;
    return {
      model: topology.model,
      commands: commands.length,
      groups: count(/^scrgadm -a -g /),
      resources: count(/^scrgadm -a (-j|-L) /),
    };
  });
}

/** The commands that set up one service, with places for its names: what is typed whichever service it is. */
function formsFor(service: Service, commands: readonly string[]): string[] {
  const { group, logicalHost, storageResource, serverResource, mountPoint, serverBase, primary, backup } =
    service;
  const names = {
    serverBase,
    mountPoint,
    logicalHost,
    storageResource,
    serverResource,
    group,
    primary,
    backup,
  };
  return commands
    .filter((line) => line.split(/[ =,]/).includes(group) || line.includes(serverResource))
    .map((line) =>
      Object.entries(names).reduce((text, [what, name]) => text.replaceAll(name, `<${what}>`), line),
    );
}

/** What is typed for each service of a topology. */
export function formsOf(topology: Topology): string[][] {
  const commands = setUpCommands(topology);
  return topology.services.map((service) => formsFor(service, commands));
}
