/** An operator at a rehearsed cluster: command lines as they stand in the guide. */
import { readFileSync } from 'node:fs';
import { parseScrgadm, parseScswitch } from '../../images/node/cluster/commands/parse.ts';
import type { Change } from '../../images/node/cluster/core/types.ts';
import { parseRegistration } from '../../images/node/cluster/registration.ts';
import { type Outcome, Rehearsal } from './rehearsal.ts';

const REGISTRATION = new URL('../../images/node/cluster/types/registration/', import.meta.url);

/** Words as a shell splits them: quotes hold together, a backslash at a line's end joins lines. */
export function wordsOf(line: string): string[] {
  const joined = line.replaceAll(/\\\n\s*/g, '');
  return [...joined.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));
}

function changeOf(line: string): Change {
  const [program = '', ...args] = wordsOf(line);
  const name = program.replace(/^.*\//, '');
  if (name === 'scswitch') return parseScswitch(args);
  if (name !== 'scrgadm') throw new Error(`${program}: command not found`);
  const form = parseScrgadm(args);
  if (form.do === 'print') throw new Error(`${line} changes nothing`);
  if (form.do !== 'read-registration-file') return form;
  const file = new URL(form.type.replace(/:.*/, ''), REGISTRATION);
  return { do: 'register-type', type: parseRegistration(readFileSync(file, 'utf8')) };
}

/** Types a command on `node`. What the node refuses by itself is an outcome as any other. */
export function type(cluster: Rehearsal, line: string, node?: string): Outcome {
  let change: Change;
  try {
    change = changeOf(line);
  } catch (error) {
    return { exit: 1, message: error instanceof Error ? error.message : String(error) };
  }
  return cluster.ask(change, node);
}

/** Types commands that must succeed. @throws with the first that does not. */
export function typeAll(cluster: Rehearsal, lines: readonly string[]): void {
  for (const line of lines) {
    const { exit, message } = type(cluster, line);
    if (exit !== 0) throw new Error(`${line}: ${exit}, ${message}`);
  }
}

/** §6.6.3, with what its text gets wrong put right. */
export const ASYMMETRIC: readonly string[] = [
  './scrgadm -a -t SUNW.HAStoragePlus',
  './scrgadm -a -t SUNW.scics',
  './scrgadm -a -g CAL-RG -h Node1,Node2',
  './scrgadm -a -L -g CAL-RG -l LOG-HOST-RS',
  './scrgadm -c -j LOG-HOST-RS -y R_description="LogicalHostname resource for LOG-HOST-RS"',
  './scswitch -Z -g CAL-RG',
  'scrgadm -a -j CAL-HASP-RS -g CAL-RG -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=/cal',
  'scswitch -e -j CAL-HASP-RS',
  'scswitch -z -g CAL-RG -h Node2',
  './scrgadm -a -j CAL-SVR-RS -g CAL-RG -t SUNW.scics -x ICS_serverroot=/opt/SUNWics5/cal -y Resource_dependencies=CAL-HASP-RS,LOG-HOST-RS',
  'scswitch -e -j CAL-SVR-RS',
  './scswitch -z -g CAL-RG -h Node1',
];

export function asymmetric(): Rehearsal {
  const cluster = new Rehearsal();
  typeAll(cluster, ASYMMETRIC);
  return cluster;
}
