import { acknowledgedWrites } from './acknowledged-writes.ts';
import { backupIdle } from './backup-idle.ts';
import { backupServes } from './backup-serves.ts';
import type { Checker } from './checker.ts';
import { failbackAsSet } from './failback-as-set.ts';
import { faultVerified } from './fault-verified.ts';
import { goesDownWhenFenced } from './goes-down-when-fenced.ts';
import { idleRatio } from './idle-ratio.ts';
import { listensOnLogicalAddress } from './listens-on-logical-address.ts';
import { loadDistributed } from './load-distributed.ts';
import { loadValidity } from './load-validity.ts';
import { procedureCheckers } from './of-procedures.ts';
import { oldOwnerFenced } from './old-owner-fenced.ts';
import { outageInterval } from './outage-interval.ts';
import { processDeaths } from './process-deaths.ts';
import { servedByOne } from './served-by-one.ts';
import { singleAddress } from './single-address.ts';
import { singleMount } from './single-mount.ts';
import { stopThenStart } from './stop-then-start.ts';
import { witnessSees } from './witness-sees.ts';

/** Every checker, the drill's own conditions first. */
export const checkers: readonly Checker[] = [
  loadValidity,
  faultVerified,
  witnessSees,
  outageInterval,
  acknowledgedWrites,
  singleMount,
  singleAddress,
  servedByOne,
  backupIdle,
  oldOwnerFenced,
  ...procedureCheckers,
  stopThenStart,
  backupServes,
  loadDistributed,
  idleRatio,
  listensOnLogicalAddress,
  processDeaths,
  goesDownWhenFenced,
  failbackAsSet,
];
