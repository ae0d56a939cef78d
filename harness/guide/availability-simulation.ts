/**
 * Down time by simulation of failures and repairs: nodes and arrays fail and are repaired at random moments, services
 * move to nodes that are up. From event to event, so that a year costs no more than the failures in it.
 */
import { fractionsFrom } from '../random.ts';
import { FAILURES, type FailureModel } from './availability-model.ts';

const DAYS_A_YEAR = 365;
const MS_A_DAY = 86_400_000;
/** Parts of the simulated time whose means are compared with each other for the interval. */
const BATCHES = 25;
/** Student's t for 95 % and one degree of freedom less than there are batches. */
const STUDENT = 2.064;

export interface Estimate {
  percent: number;
  /** 95 % interval. */
  lowPercent: number;
  highPercent: number;
}

export interface Simulated {
  /** Share of the time for which a user of the mean service was cut off, where moving a service takes no time. */
  instant: Estimate;
  /** The same with the time that moves take. */
  moving: Estimate;
  /** Share of the time with no node up on which the service can run, in percent: what the guide leaves out. */
  nodesDownPercent: number;
  /** How often a service moved in a year. */
  movesPerYear: number;
}

/** @param movesMs what moving a service has been seen to take, in ms; one of these is drawn for each move. */
export function simulate(
  model: FailureModel,
  options: { years: number; seed: number; movesMs?: readonly number[] },
): Simulated {
  const cluster = new FailingCluster(model, fractionsFrom(options.seed, `failures of ${model.name}`));
  const batchDays = (options.years * DAYS_A_YEAR) / BATCHES;
  const { movesMs = [] } = options;
  const meanMoveDays = movesMs.reduce((sum, one) => sum + one, 0) / Math.max(1, movesMs.length) / MS_A_DAY;
  const instant: number[] = [];
  const moving: number[] = [];
  let [moves, nodesDown] = [0, 0];
  for (let batch = 0; batch < BATCHES; batch++) {
    const { downDays, nodesDownDays, moved } = cluster.run(batchDays);
    const share = 1 / (batchDays * model.services.length);
    instant.push(100 * downDays * share);
    moving.push(100 * (downDays + moved * meanMoveDays) * share);
    moves += moved;
    nodesDown += nodesDownDays * share;
  }
  return {
    instant: estimate(instant),
    moving: estimate(moving),
    nodesDownPercent: (100 * nodesDown) / BATCHES,
    movesPerYear: moves / model.services.length / options.years,
  };
}

function estimate(batches: readonly number[]): Estimate {
  const percent = batches.reduce((sum, one) => sum + one, 0) / batches.length;
  const squares = batches.reduce((sum, one) => sum + (one - percent) ** 2, 0);
  const half = STUDENT * Math.sqrt(squares / (batches.length - 1) / batches.length);
  return { percent, lowPercent: Math.max(0, percent - half), highPercent: percent + half };
}

/** Nodes first, then arrays, each up or down; each service on a node, or on none. */
class FailingCluster {
  readonly #model: FailureModel;
  readonly #fraction: () => number;
  readonly #isUp: boolean[];
  /** Per day, of each part: of failing while it is up; repairs of all take the same. */
  readonly #failing: number[];
  readonly #hosts: number[];
  /** Sum of the rates of all parts as they are now. */
  #total: number;
  #downServices = 0;
  #strandedServices = 0;
  #moved = 0;

  constructor(model: FailureModel, fraction: () => number) {
    this.#model = model;
    this.#fraction = fraction;
    this.#hosts = model.services.map(({ nodes: [first = 0] }) => first);
    const rate = (perYear: number) => 1 / (DAYS_A_YEAR / perYear - FAILURES.repairDays);
    this.#failing = [
      ...Array.from({ length: model.nodes }, () => rate(FAILURES.nodesPerYear)),
      ...Array.from({ length: model.arrays }, () => rate(FAILURES.arraysPerYear)),
    ];
    this.#isUp = this.#failing.map(() => true);
    this.#total = this.#failing.reduce((sum, one) => sum + one, 0);
  }

  /** Days of services that were cut off, and of services without a node, in the time that this simulates. */
  run(days: number): { downDays: number; nodesDownDays: number; moved: number } {
    let [left, downDays, nodesDownDays] = [days, 0, 0];
    this.#moved = 0;
    for (;;) {
      const stays = -Math.log(1 - this.#fraction()) / this.#total;
      const passes = Math.min(stays, left);
      downDays += passes * this.#downServices;
      nodesDownDays += passes * this.#strandedServices;
      left -= passes;
      // What is left of a stay that a batch ends in is as long as a new one: it has no memory.
      if (left <= 0) return { downDays, nodesDownDays, moved: this.#moved };
      this.#change(this.#drawn());
    }
  }

  #rateOf(part: number): number {
    return this.#isUp[part] ? (this.#failing[part] ?? 0) : 1 / FAILURES.repairDays;
  }

  #drawn(): number {
    let point = this.#fraction() * this.#total;
    const last = this.#isUp.length - 1;
    for (let part = 0; part < last; part++) {
      point -= this.#rateOf(part);
      if (point < 0) return part;
    }
    return last;
  }

  #change(part: number): void {
    this.#total -= this.#rateOf(part);
    this.#isUp[part] = !this.#isUp[part];
    this.#total += this.#rateOf(part);
    const { services, nodes: count } = this.#model;
    let [down, stranded] = [0, 0];
    for (let index = 0; index < services.length; index++) {
      const service = services[index];
      if (service === undefined) continue;
      if (!this.#isUp[this.#hosts[index] ?? 0]) this.#move(index, service.nodes);
      const hasNode = this.#isUp[this.#hosts[index] ?? 0] === true;
      const hasArray = service.arrays.some((array) => this.#isUp[count + array]);
      if (!hasNode) stranded += 1;
      if (!hasNode || !hasArray) down += 1;
    }
    this.#downServices = down;
    this.#strandedServices = stranded;
  }

  /** It stays where it is while no other node is up, and stands there until one is. */
  #move(service: number, nodes: readonly number[]): void {
    const next = nodes.find((node) => this.#isUp[node]);
    if (next === undefined) return;
    this.#hosts[service] = next;
    this.#moved += 1;
  }
}
