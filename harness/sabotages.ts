/** Broken variants that a drill can be run under: each must turn one check red, or its checks are worth nothing. */
import { MIRROR_SABOTAGES, type MirrorSabotage } from '../images/mirror/config.ts';
import { NODE_SABOTAGES, type NodeSabotage } from '../images/node/config.ts';

/** The other one shows only in the instant between a write's acknowledgement and the note: tests of the mirror have it. */
type DrilledMirrorSabotage = Exclude<MirrorSabotage, 'mark-after-acknowledging'>;

/** Variants of the harness itself: a fault without effect, clients that hardly ask, a witness that looks away. */
const HARNESS_SABOTAGES = ['fault-does-nothing', 'thin-load', 'blind-witness', 'arrays-share-power'] as const;

export type Sabotage = NodeSabotage | DrilledMirrorSabotage | (typeof HARNESS_SABOTAGES)[number];

export interface SabotageRow {
  name: Sabotage;
  /** What is broken. */
  what: string;
  drill: string;
  model: string;
  /** The one check that it turns red, and the verdict that "red" is. */
  check: string;
  verdict: 'refuted' | 'inconclusive';
  /** Checks that then have nothing to judge: inconclusive, by no fault of theirs. */
  unjudged?: string[];
}

const sabotagesOfStorage: readonly SabotageRow[] = [
  {
    name: 'distrust-disk',
    what: 'a disk that failed once is never mounted again',
    drill: 'disk-array-loss',
    model: 'asymmetric',
    check: 'down-until-array-returns',
    verdict: 'refuted',
  },
  {
    name: 'fail-with-either-half',
    what: 'a write that one half of a mirror refuses fails',
    drill: 'disk-array-loss',
    model: 'symmetric',
    check: 'survives-array-loss',
    verdict: 'refuted',
  },
  {
    name: 'arrays-share-power',
    what: 'all arrays are lost with one of them',
    drill: 'disk-array-loss',
    model: '2+1',
    check: 'array-loss-contained',
    verdict: 'refuted',
  },
  {
    name: 'flip-a-byte',
    what: 'a resynchronisation gets a byte wrong',
    drill: 'array-return-and-resync',
    model: 'symmetric',
    check: 'mirror-halves-equal',
    verdict: 'refuted',
  },
  {
    name: 'trust-any-half',
    what: 'a mirror takes whatever half is there for current',
    drill: 'both-arrays-lost',
    model: 'symmetric',
    check: 'acknowledged-writes',
    verdict: 'refuted',
  },
  {
    name: 'slow-is-broken',
    what: 'a store takes a slow disk for one that fails',
    drill: 'slow-disk',
    model: 'slow-array',
    check: 'slow-disk-endured',
    verdict: 'refuted',
  },
  {
    name: 'global-on-primary-only',
    what: 'a global file system is mounted on one node and shown on no other',
    drill: 'file-systems',
    model: 'file-systems',
    check: 'file-systems-as-vfstab',
    verdict: 'refuted',
  },
  {
    name: 'failover-anywhere',
    what: 'a failover file system is taken into a group that may run on two nodes',
    drill: 'file-systems',
    model: 'file-systems',
    check: 'failover-only',
    verdict: 'refuted',
  },
  {
    name: 'full-for-ever',
    what: 'a store that was full once goes on refusing writes',
    drill: 'disk-full',
    model: 'asymmetric',
    check: 'disk-full-honest',
    verdict: 'refuted',
  },
];

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
    unjudged: ['old-owner-fenced'],
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
    name: 'fault-does-nothing',
    what: 'the fault is announced and not applied',
    ...on,
    check: 'fault-verified',
    verdict: 'inconclusive',
    unjudged: ['acknowledged-writes', 'old-owner-fenced'],
  },
  {
    name: 'thin-load',
    what: 'the client sends a tenth of the load',
    ...on,
    check: 'load-validity',
    verdict: 'inconclusive',
  },
  {
    name: 'blind-witness',
    what: 'the witness looks away during the drill',
    ...on,
    check: 'witness-sees',
    verdict: 'inconclusive',
  },
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
