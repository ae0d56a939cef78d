/** A container of a drill: created with labels, told orders on stdin, heard on stdout. */

import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { until } from '../clock.ts';

/** A line that a container printed: an event, a reply to an order, or plain text. */
export interface Heard {
  line: string;
  stream: 'stdout' | 'stderr';
}

/** When an order began and ended by the container's clock, and what it returned. */
export interface Reply {
  began: number;
  at: number;
  value: unknown;
}

interface Pending {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
}

/** A program's stdin and stdout as a channel of orders and events, whether it is a container's main program or an exec. */
export class Channel {
  readonly name: string;
  readonly #stream: Duplex;
  /** Resolves when the program has ended. */
  readonly ended: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #count = 0;

  constructor(name: string, docker: Docker, stream: Duplex, onHeard: (heard: Heard) => void) {
    this.name = name;
    this.#stream = stream;
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    docker.modem.demuxStream(stream, stdout, stderr);
    createInterface({ input: stdout }).on('line', (line) => {
      if (!this.#takeReply(line)) onHeard({ line, stream: 'stdout' });
    });
    createInterface({ input: stderr }).on('line', (line) => onHeard({ line, stream: 'stderr' }));
    const end = Promise.withResolvers<void>();
    this.ended = end.promise;
    const fail = () => {
      end.resolve();
      for (const { reject } of this.#pending.values()) reject(new Error(`${name} ended before it answered`));
      this.#pending.clear();
      stdout.end();
      stderr.end();
    };
    stream.on('end', fail).on('close', fail).on('error', fail);
  }

  order(order: string, args: object = {}): Promise<Reply> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#stream.write(`${JSON.stringify({ id, order, ...args })}\n`);
    });
  }

  #takeReply(line: string): boolean {
    if (!line.startsWith('{"reply":')) return false;
    const { reply, began, at, value, error } = JSON.parse(line) as Reply & { reply: number; error?: string };
    const pending = this.#pending.get(reply);
    this.#pending.delete(reply);
    if (error === undefined) pending?.resolve({ began, at, value });
    else pending?.reject(new Error(`${this.name}: ${error}`));
    return true;
  }
}

export interface ContainedOptions {
  name: string;
  hostname: string;
  image: string;
  env: Record<string, string>;
  labels: Record<string, string>;
  /** Networks with this container's fixed address on each; the first is the one it is created on. */
  networks: { id: string; address?: string }[];
  host: Docker.HostConfig;
  /** Lives in another container's network, its addresses and loopback included, and is wired to none itself. */
  within?: Contained;
  /** Among that container's processes too, and gone with them. */
  withItsProcesses?: boolean;
  /** Main program, if not the image's own. */
  command?: string[];
}

export class Contained {
  readonly name: string;
  readonly docker: Docker;
  readonly container: Docker.Container;
  readonly #hostname: string;
  readonly #onHeard: (heard: Heard) => void;
  #channel: Channel | undefined;
  /** Process 1 of it, in the engine host's numbers. */
  pid = 0;

  private constructor(
    docker: Docker,
    container: Docker.Container,
    { name, hostname }: ContainedOptions,
    onHeard: (heard: Heard) => void,
  ) {
    this.name = name;
    this.docker = docker;
    this.container = container;
    this.#hostname = hostname;
    this.#onHeard = onHeard;
  }

  /** Creates, wires and starts a container; `onHeard` gets its lines from the first one on. */
  static async start(
    docker: Docker,
    options: ContainedOptions,
    onHeard: (heard: Heard) => void,
  ): Promise<Contained> {
    const { name, hostname, image, env, labels, networks, within, command } = options;
    const { host, withItsProcesses = false } = options;
    const endpoint = (address?: string) =>
      address === undefined ? {} : { IPAMConfig: { IPv4Address: address } };
    const [first, ...others] = networks;
    const container = await docker.createContainer({
      name,
      Image: image,
      // A host name belongs to the network that is shared.
      ...(within === undefined ? { Hostname: hostname } : {}),
      ...(command === undefined ? {} : { Cmd: command }),
      Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
      Labels: labels,
      OpenStdin: true,
      AttachStdin: true,
      HostConfig: {
        ...host,
        ...(within && withItsProcesses ? { PidMode: `container:${within.container.id}` } : {}),
        NetworkMode: within === undefined ? (first?.id ?? 'none') : `container:${within.container.id}`,
      },
      ...(first ? { NetworkingConfig: { EndpointsConfig: { [first.id]: endpoint(first.address) } } } : {}),
    });
    for (const { id, address } of others) {
      await docker.getNetwork(id).connect({ Container: container.id, EndpointConfig: endpoint(address) });
    }
    const contained = new Contained(docker, container, options, onHeard);
    await contained.#boot();
    return contained;
  }

  /** The main program's, in its present life. */
  get channel(): Channel {
    if (this.#channel === undefined) throw new Error(`${this.name} has not been started`);
    return this.#channel;
  }

  /** Starts it again once it has ended: same disk, same addresses; new processes, a new channel and a new pid. */
  async startAgain(): Promise<void> {
    await this.container.wait();
    await this.#boot();
  }

  async #boot(): Promise<void> {
    const stream = await this.container.attach({
      stream: true,
      hijack: true,
      stdin: true,
      stdout: true,
      stderr: true,
    });
    this.#channel = new Channel(this.#hostname, this.docker, stream as Duplex, this.#onHeard);
    await this.container.start();
    this.pid = (await this.container.inspect()).State.Pid;
  }

  /** A second program in the container, with a channel of its own. */
  async open(command: string[], onHeard: (heard: Heard) => void): Promise<Channel> {
    const exec = await this.container.exec({
      Cmd: command,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    return new Channel(`${this.name}: ${command.join(' ')}`, this.docker, stream, onHeard);
  }

  /** Runs a command to its end. */
  async run(command: string[], deadlineMs = 60_000): Promise<{ exit: number; output: string }> {
    const exec = await this.container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({ hijack: true, stdin: false });
    let output = '';
    const sink = new PassThrough();
    sink.on('data', (piece) => {
      output += piece;
    });
    this.docker.modem.demuxStream(stream, sink, sink);
    const exit = await until(
      `end of "${command.join(' ')}" on ${this.name}`,
      deadlineMs,
      async () => {
        if (!stream.readableEnded && !stream.destroyed) return undefined;
        const { Running, ExitCode } = await exec.inspect();
        return Running ? undefined : (ExitCode ?? undefined);
      },
      { missing: () => `it has printed so far: ${output.slice(-500)}` },
    );
    return { exit, output };
  }
}
