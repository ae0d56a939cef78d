/** Stands in for a harness that dies: starts the watchdog, makes things of a run, says so, and waits to be killed. */
import { dockerAt } from '../../harness/engine/docker-at.ts';
import { labelsOf } from '../../harness/engine/labels.ts';
import { startWatchdog } from '../../harness/engine/watchdog.ts';

const [run = '', host = '', image = ''] = process.argv.slice(2);
const docker = dockerAt(host);
await startWatchdog(run, { host });
const Labels = labelsOf(run, 'crash');
const network = await docker.createNetwork({ Name: `ha-drills-${run}`, Internal: true, Labels });
await docker.createVolume({ Name: `ha-drills-${run}`, Labels });
const containers = await Promise.all(
  [1, 2].map((number) =>
    docker.createContainer({
      name: `ha-drills-${run}-${number}`,
      Image: image,
      Cmd: ['sleep', '600'],
      Labels,
      HostConfig: { NetworkMode: network.id },
    }),
  ),
);
await Promise.all(containers.map((container) => container.start()));
await containers[1]?.pause();
process.stdout.write('made\n');
process.stdin.resume();
