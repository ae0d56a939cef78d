/** The guide's table of down time (§6.1.5, table 6-2): what it assumes, what it says, and what follows from its own terms. */

/** A service on nodes of a model: it runs on one of `nodes`, and needs one of `arrays`. Numbers count from 0. */
export interface Hosted {
  nodes: number[];
  arrays: number[];
}

/** A model as far as failures go. */
export interface FailureModel {
  /** As topologies name it, or "single". */
  name: string;
  nodes: number;
  arrays: number;
  services: Hosted[];
  /** What the table says, and what its stated terms come to; in percent. */
  guidePercent: number;
  correctedPercent: number;
  /** The terms, in words. */
  terms: string;
}

const DAYS_A_YEAR = 365;
/** Per year (§6.1.5): a server is down for a day every three months, a storage device for a day every twelve. */
export const FAILURES = { nodesPerYear: 4, arraysPerYear: 1, repairDays: 1 };
/** Share of a day that N+1 takes for systems that are down, by the guide. */
const N_PLUS_ONE_HOURS = 5;

const percentOf = (days: number) => (100 * days) / DAYS_A_YEAR;

const single: FailureModel = {
  name: 'single',
  nodes: 1,
  arrays: 1,
  services: [{ nodes: [0], arrays: [0] }],
  guidePercent: 1.37,
  correctedPercent: percentOf(4 + 1),
  terms: '(4 days of system down + 1 day of storage down) / 365',
};

const asymmetric: FailureModel = {
  name: 'asymmetric',
  nodes: 2,
  arrays: 1,
  services: [{ nodes: [0, 1], arrays: [0] }],
  guidePercent: 0.27,
  correctedPercent: percentOf(0 + 1),
  terms: '(0 days of system down + 1 day of storage down) / 365',
};

const symmetric: FailureModel = {
  name: 'symmetric',
  nodes: 2,
  arrays: 2,
  services: [
    { nodes: [0, 1], arrays: [0, 1] },
    { nodes: [1, 0], arrays: [1, 0] },
  ],
  guidePercent: 0,
  correctedPercent: 0,
  terms: '(0 days of system down + 0 days of storage down) / 365',
};

function nPlusOne(active: number): FailureModel {
  return {
    name: `${active}+1`,
    nodes: active + 1,
    arrays: active,
    services: Array.from({ length: active }, (_, index) => ({ nodes: [index, active], arrays: [index] })),
    guidePercent: 0.27 / active,
    correctedPercent: percentOf(N_PLUS_ONE_HOURS / 24 + 1) / active,
    terms: `(5 hours of system down + 1 day of storage down) / (365 × ${active})`,
  };
}

/** The rows of the table, N+1 for as many N as are drilled. */
export const failureModels: readonly FailureModel[] = [
  single,
  asymmetric,
  symmetric,
  // Between four and eight nothing changes.
  ...[2, 3, 4, 8].map(nPlusOne),
];
