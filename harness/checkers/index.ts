import { acknowledgedWrites } from './acknowledged-writes.ts';
import { backupIdle } from './backup-idle.ts';
import type { Checker } from './checker.ts';
import { faultVerified } from './fault-verified.ts';
import { loadValidity } from './load-validity.ts';
import { procedureCheckers } from './of-procedures.ts';
import { oldOwnerFenced } from './old-owner-fenced.ts';
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
  ...procedureCheckers,
];
