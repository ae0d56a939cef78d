/** Broken variants that a drill can be run under: each must turn one check red, or its checks are worth nothing. */
import { MIRROR_SABOTAGES, type MirrorSabotage } from '../images/mirror/config.ts';
import { NODE_SABOTAGES, type NodeSabotage } from '../images/node/config.ts';
import { sabotagesOfFailover } from './sabotages-of-failover.ts';
import { sabotagesOfInstances } from './sabotages-of-instances.ts';
import { procedureSabotages } from './sabotages-of-procedures.ts';
import { sabotagesOfStorage } from './sabotages-of-storage.ts';

/** The other one shows only in the instant between a write's acknowledgement and the note: tests of the mirror have it. */
type DrilledMirrorSabotage = Exclude<MirrorSabotage, 'mark-after-acknowledging'>;

/** Variants of the harness itself: a fault without effect, clients that hardly ask, a witness that looks away. */
const HARNESS_SABOTAGES = [
  'fault-does-nothing',
  'thin-load',
  'blind-witness',
  'cpu-not-fixed',
  'arrays-share-power',
  'forgiving-client',
] as const;

export type Sabotage = NodeSabotage | DrilledMirrorSabotage | (typeof HARNESS_SABOTAGES)[number];

interface Row<Name extends string> {
  name: Name;
  /** What is broken. */
  what: string;
  drill: string;
  model: string;
  /** The one check that it turns red, and the verdict that "red" is: where the guide is wrong, that it is right. */
  check: string;
  verdict: 'refuted' | 'inconclusive' | 'upheld';
  /** Checks that then have nothing to judge: inconclusive, by no fault of theirs. */
  unjudged?: readonly string[];
}

export type SabotageRow = Row<Sabotage>;

const on = { drill: 'node-kill', model: 'asymmetric' } as const;

export const sabotages: readonly SabotageRow[] = [
  {
    name: 'ack-before-durable',
    what: 'a write is acknowledged half a second before it is on the disk',
    ...on,
    check: 'acknowledged-writes',
    verdict: 'refuted',
  },
  {
    name: 'apply-twice',
    what: 'the store applies each write twice',
    ...on,
    check: 'acknowledged-writes',
    verdict: 'refuted',
  },
  {
    name: 'wrong-volume',
    what: 'the backup starts the service on another volume',
    ...on,
    check: 'acknowledged-writes',
    verdict: 'refuted',
  },
  {
    name: 'skip-cache-flush',
    what: 'the backup mounts without dropping what it had read before',
    ...on,
    check: 'acknowledged-writes',
    verdict: 'refuted',
  },
  {
    name: 'mount-before-fence',
    what: 'the backup mounts before the old owner is fenced',
    ...on,
    check: 'old-owner-fenced',
    verdict: 'refuted',
  },
  {
    name: 'no-takeover',
    what: 'the group stays where its node died',
    ...on,
    check: 'outage-interval',
    verdict: 'refuted',
    unjudged: ['old-owner-fenced', 'stop-then-start'],
  },
  {
    name: 'second-mount',
    what: 'the backup mounts the volume while the primary has it',
    ...on,
    check: 'single-mount',
    verdict: 'refuted',
  },
  {
    name: 'address-on-both',
    what: 'the backup has the logical address too',
    ...on,
    check: 'single-address',
    verdict: 'refuted',
  },
  {
    name: 'busy-backup',
    what: 'a server process runs on the backup',
    ...on,
    check: 'backup-idle',
    verdict: 'refuted',
  },
  {
    name: 'wrong-event',
    what: 'the server gives back one read in twenty changed',
    ...on,
    check: 'true-replies',
    verdict: 'refuted',
  },
  {
    name: 'late-panic',
    what: 'a node that has no quorum serves on for eight seconds',
    drill: 'quorum',
    model: '2+1',
    check: 'quorum-serves',
    verdict: 'refuted',
  },
  {
    name: 'restless',
    what: 'a node gives its group away because its clients are silent',
    drill: 'client-network-loss',
    model: 'asymmetric',
    check: 'stays-put',
    verdict: 'refuted',
  },
  {
    name: 'stops-for-a-cable',
    what: 'the server stands still for a while when one interconnect is lost',
    drill: 'interconnect-loss',
    model: 'asymmetric',
    check: 'users-notice-nothing',
    verdict: 'refuted',
  },
  {
    name: 'open-door',
    what: 'without its directory the server lets anybody in',
    drill: 'directory-outage',
    model: 'asymmetric',
    check: 'logins-by-directory',
    verdict: 'refuted',
  },
  {
    name: 'fault-does-nothing',
    what: 'the fault is announced and not applied',
    ...on,
    check: 'fault-verified',
    verdict: 'inconclusive',
    unjudged: ['acknowledged-writes', 'old-owner-fenced', 'stop-then-start'],
  },
  {
    name: 'thin-load',
    what: 'the client sends a tenth of the load',
    ...on,
    check: 'load-validity',
    unjudged: ['idle-ratio'],
    verdict: 'inconclusive',
  },
  {
    name: 'blind-witness',
    what: 'the witness looks away during the drill',
    ...on,
    check: 'witness-sees',
    verdict: 'inconclusive',
  },
  ...sabotagesOfInstances,
  ...procedureSabotages,
  ...sabotagesOfFailover,
  ...sabotagesOfStorage,
];

/** The mirror daemon's share of a sabotage; null when it has none. */
export function mirrorSabotage(name: Sabotage | null): MirrorSabotage | null {
  return MIRROR_SABOTAGES.find((known) => known === name) ?? null;
}

/** The node's share of a sabotage; null when it is the harness' own. */
export function nodeSabotage(name: Sabotage | null): NodeSabotage | null {
  return NODE_SABOTAGES.find((known) => known === name) ?? null;
}
