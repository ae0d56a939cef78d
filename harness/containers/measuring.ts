/** Times in which nothing is done, on nodes of fixed CPU where the drill asks for it. */
import type { Assembly, AssemblyOptions } from './assembly.ts';
import { sizeFor, withCpu } from './fixed-cpu.ts';
import type { Observing } from './observing.ts';

/** The witness tells CPU times once a second. */
const SIZING_MS = 4_000;

export interface MeasuringOptions extends AssemblyOptions {
  /** While it is measured a node has what the busiest needs, and this part of it more; without it, what the machine has. */
  spareCpu?: number;
}

export class Measuring {
  readonly #options: MeasuringOptions;
  readonly #observing: Observing;
  #cpuPerNode: number | undefined;

  constructor(options: MeasuringOptions, observing: Observing) {
    this.#options = options;
    this.#observing = observing;
  }

  /** Cores of each node while it is measured, where they are fixed; known from the first measurement on. */
  get cpuPerNode(): number | undefined {
    return this.#cpuPerNode;
  }

  async measure(assembly: Assembly): Promise<void> {
    const { topology, recorder, spareCpu, sabotage } = this.#options;
    const step = (text: string) => recorder.drill({ kind: 'step', text });
    if (spareCpu !== undefined) this.#cpuPerNode ??= await this.#size(spareCpu, step);
    const cores = this.#cpuPerNode;
    step(
      `Clients go on undisturbed, to be measured${cores === undefined ? '' : `, each node on ${cores} of a CPU core`}`,
    );
    const measured = () => this.#observing.measure();
    await (cores === undefined || sabotage === 'cpu-not-fixed'
      ? measured()
      : withCpu(assembly, cores, measured));
    const bases = topology.services.map(({ serverBase }) => serverBase);
    const { channel } = assembly.witness;
    for (const node of topology.nodes) await channel.order('instances', { node, bases });
  }

  async #size(spareCpu: number, step: (text: string) => void): Promise<number> {
    const { engine, recorder, topology } = this.#options;
    step('Clients go on undisturbed, to see how much CPU the nodes need');
    const window = await this.#observing.undisturbed(SIZING_MS);
    const { NCPU } = (await engine.docker.info()) as { NCPU: number };
    return sizeFor(recorder.events, topology.nodes, window, spareCpu, NCPU);
  }
}
