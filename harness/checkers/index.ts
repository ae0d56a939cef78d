import { acknowledgedWrites } from './acknowledged-writes.ts';
import { arrayLossContained } from './array-loss-contained.ts';
import { backupIdle } from './backup-idle.ts';
import { backupServes } from './backup-serves.ts';
import type { Checker } from './checker.ts';
import { contention } from './contention.ts';
import { diskFullHonest } from './disk-full-honest.ts';
import { downUntilArrayReturns } from './down-until-array-returns.ts';
import { dualInstance } from './dual-instance.ts';
import { failbackAsSet } from './failback-as-set.ts';
import { failoverOnly } from './failover-only.ts';
import { faultVerified } from './fault-verified.ts';
import { fileSystemsAsVfstab } from './file-systems-as-vfstab.ts';
import { goesDownWhenFenced } from './goes-down-when-fenced.ts';
import { idleRatio } from './idle-ratio.ts';
import { listensOnLogicalAddress } from './listens-on-logical-address.ts';
import { loadDistributed } from './load-distributed.ts';
import { loadValidity } from './load-validity.ts';
import { loginsByDirectory } from './logins-by-directory.ts';
import { mirrorHalvesEqual } from './mirror-halves-equal.ts';
import { noContention } from './no-contention.ts';
import { procedureCheckers } from './of-procedures.ts';
import { oldOwnerFenced } from './old-owner-fenced.ts';
import { onlyCpuShared } from './only-cpu-shared.ts';
import { outageInterval } from './outage-interval.ts';
import { processDeaths } from './process-deaths.ts';
import { quorumServes } from './quorum-serves.ts';
import { servedByOne } from './served-by-one.ts';
import { singleAddress } from './single-address.ts';
import { singleMount } from './single-mount.ts';
import { slowDiskEndured } from './slow-disk-endured.ts';
import { staysPut } from './stays-put.ts';
import { stopThenStart } from './stop-then-start.ts';
import { survivesArrayLoss } from './survives-array-loss.ts';
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
  dualInstance,
  onlyCpuShared,
  contention,
  noContention,
  ...procedureCheckers,
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
  downUntilArrayReturns,
  survivesArrayLoss,
  arrayLossContained,
  mirrorHalvesEqual,
  diskFullHonest,
  slowDiskEndured,
  fileSystemsAsVfstab,
  failoverOnly,
];
