/** The service and its client, brought into running containers, in the same place below the program's root everywhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Channel, Contained, type Heard } from '../../../harness/containers/contained.ts';
import type { Engine } from '../../../harness/engine/engine.ts';
import { SetupError } from '../../../harness/errors.ts';

export const PORT = 8080;
export const PROGRAMS = '/opt/ha-drills/test/bench/service';

const here = import.meta.dirname;
const SERVICE = ['server.mjs', 'start', 'stop', 'probe'];
const CLIENT = ['client.ts'];

export async function placeService(node: Contained): Promise<void> {
  await place(node, SERVICE);
}

export interface ClientPlace {
  name: string;
  image: string;
  network: string;
  labels: Record<string, string>;
}

/** A client in a container of its own, waiting for its orders. */
export async function startClient(
  engine: Engine,
  { name, image, network, labels }: ClientPlace,
  onHeard: (heard: Heard) => void,
): Promise<Channel> {
  const idle = { command: ['sleep', 'infinity'], env: {}, hostname: 'client', host: { Init: true } };
  const networks = [{ id: network }];
  const container = await Contained.start(engine.docker, { ...idle, name, image, networks, labels }, onHeard);
  await place(container, CLIENT);
  return await container.open(['node', `${PROGRAMS}/client.ts`], onHeard);
}

/** As words of a command: they are small, and this works on any engine, wherever it is. */
async function place(container: Contained, files: string[]): Promise<void> {
  const lines = files.map((file) => {
    const text = readFileSync(join(here, file)).toString('base64');
    return `echo ${text} | base64 -d > ${PROGRAMS}/${file}`;
  });
  const modules = 'cp /opt/ha-drills/images/package.json /opt/ha-drills/test/';
  const script = [`mkdir -p ${PROGRAMS}`, modules, ...lines, `chmod 755 ${PROGRAMS}/*`].join('\n');
  const { exit, output } = await container.run(['sh', '-ec', script]);
  if (exit !== 0) throw new SetupError(`the service could not be brought into ${container.name}: ${output}`);
}
