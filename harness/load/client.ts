/** The open-loop client as a container of its own on the public network, by testcontainers. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { StartedTestContainer } from 'testcontainers';
import type { ClientConfig } from '../../images/client/config.ts';
import type { Heard } from '../containers/contained.ts';

export interface ClientPlace {
  name: string;
  image: string;
  network: string;
  labels: Record<string, string>;
}

export class LoadClient {
  readonly #docker: Docker;
  readonly #started: StartedTestContainer;

  private constructor(docker: Docker, started: StartedTestContainer) {
    this.#docker = docker;
    this.#started = started;
  }

  /** Starts it; it begins its load by itself once the service lets it log in. */
  static async start(
    docker: Docker,
    place: ClientPlace,
    load: ClientConfig,
    onHeard: (heard: Heard) => void,
  ): Promise<LoadClient> {
    // Loaded here: it costs a third of a second, which the start of the other containers hides.
    const { GenericContainer, Wait } = await import('testcontainers');
    const started = await new GenericContainer(place.image)
      .withName(place.name)
      .withLabels(place.labels)
      .withNetworkMode(place.network)
      .withEnvironment({ HA_CLIENT: JSON.stringify(load) })
      .withLogConsumer((stream) => {
        createInterface({ input: stream as Readable }).on('line', (line) =>
          onHeard({ line, stream: 'stdout' }),
        );
      })
      // It has no port to wait for, and what it prints first depends on the service: running is all there is to see.
      .withWaitStrategy(Wait.forAll([]))
      .start();
    return new LoadClient(docker, started);
  }

  /** Its process, in the engine host's numbers. */
  async pid(): Promise<number> {
    return (await this.#docker.getContainer(this.#started.getId()).inspect()).State.Pid;
  }

  /** Ends the load and has every write read back through the service. */
  async endAndReadBack(): Promise<void> {
    await this.#docker.getContainer(this.#started.getId()).kill({ signal: 'SIGUSR2' });
  }
}
