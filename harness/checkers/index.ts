import { acknowledgedWrites } from './acknowledged-writes.ts';
import { arrayLossContained } from './array-loss-contained.ts';
import { backupIdle } from './backup-idle.ts';
import type { Checker } from './checker.ts';
import { diskFullHonest } from './disk-full-honest.ts';
import { downUntilArrayReturns } from './down-until-array-returns.ts';
import { failoverOnly } from './failover-only.ts';
import { faultVerified } from './fault-verified.ts';
import { fileSystemsAsVfstab } from './file-systems-as-vfstab.ts';
import { loadValidity } from './load-validity.ts';
import { mirrorHalvesEqual } from './mirror-halves-equal.ts';
import { oldOwnerFenced } from './old-owner-fenced.ts';
import { outageInterval } from './outage-interval.ts';
import { singleAddress } from './single-address.ts';
import { singleMount } from './single-mount.ts';
import { slowDiskEndured } from './slow-disk-endured.ts';
import { survivesArrayLoss } from './survives-array-loss.ts';
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
  backupIdle,
  oldOwnerFenced,
  downUntilArrayReturns,
  survivesArrayLoss,
  arrayLossContained,
  mirrorHalvesEqual,
  diskFullHonest,
  slowDiskEndured,
  fileSystemsAsVfstab,
  failoverOnly,
];
