import { acknowledgedWrites } from './acknowledged-writes.ts';
import { backupIdle } from './backup-idle.ts';
import { bothActive } from './both-active.ts';
import type { Checker } from './checker.ts';
import { contention } from './contention.ts';
import { dualInstance } from './dual-instance.ts';
import { faultVerified } from './fault-verified.ts';
import { loadValidity } from './load-validity.ts';
import { mutualBackup } from './mutual-backup.ts';
import { noContention } from './no-contention.ts';
import { oldOwnerFenced } from './old-owner-fenced.ts';
import { onlyCpuShared } from './only-cpu-shared.ts';
import { outageInterval } from './outage-interval.ts';
import { singleAddress } from './single-address.ts';
import { singleMount } from './single-mount.ts';
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
  bothActive,
  mutualBackup,
  dualInstance,
  onlyCpuShared,
  contention,
  noContention,
];
