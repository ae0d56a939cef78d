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
import { loginsByDirectory } from './logins-by-directory.ts';
import { oldOwnerFenced } from './old-owner-fenced.ts';
import { outageInterval } from './outage-interval.ts';
import { processDeaths } from './process-deaths.ts';
import { quorumServes } from './quorum-serves.ts';
import { servedByOne } from './served-by-one.ts';
import { singleAddress } from './single-address.ts';
import { singleMount } from './single-mount.ts';
import { staysPut } from './stays-put.ts';
import { stopThenStart } from './stop-then-start.ts';
import { trueReplies } from './true-replies.ts';
import { usersNoticeNothing } from './users-notice-nothing.ts';
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
  trueReplies,
  quorumServes,
  backupIdle,
  oldOwnerFenced,
  stopThenStart,
  backupServes,
  loadDistributed,
  idleRatio,
  listensOnLogicalAddress,
  processDeaths,
  goesDownWhenFenced,
  failbackAsSet,
  staysPut,
  usersNoticeNothing,
  loginsByDirectory,
];
