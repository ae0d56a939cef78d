/** What it takes to set up each model: the operator's commands, and what the cluster then has to manage. Pure. */
import { setUpCommands } from '../set-up.ts';
import { nPlusOne, topologies } from '../topology.ts';

export interface Effort {
  model: string;
  commands: number;
  groups: number;
  resources: number;
}

const LARGEST_N = 8;

/** Of the models that come with this, and of N+1 for the largest N that the guide's comparison is drilled with. */
export function setUpEffort(): Effort[] {
  return [...topologies, nPlusOne(LARGEST_N)].map((topology) => {
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
