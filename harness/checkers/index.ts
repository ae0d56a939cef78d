import { acknowledgedWrites } from './acknowledged-writes.ts';
import { backupIdle } from './backup-idle.ts';
import type { Checker } from './checker.ts';
import { faultVerified } from './fault-verified.ts';
import { loadValidity } from './load-validity.ts';
import { loginsByDirectory } from './logins-by-directory.ts';
import { oldOwnerFenced } from './old-owner-fenced.ts';
import { outageInterval } from './outage-interval.ts';
import { quorumServes } from './quorum-serves.ts';
import { singleAddress } from './single-address.ts';
import { singleMount } from './single-mount.ts';
import { staysPut } from './stays-put.ts';
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
  trueReplies,
  quorumServes,
  backupIdle,
  oldOwnerFenced,
  staysPut,
  usersNoticeNothing,
  loginsByDirectory,
];
