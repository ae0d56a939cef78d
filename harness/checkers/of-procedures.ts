/** Checks of what an operator types and reads: commands, upgrades, configuration, logs, installation. */

import { agentLog } from './agent-log.ts';
import { allTasksPassed } from './all-tasks-passed.ts';
import { brokenPatchCaught } from './broken-patch-caught.ts';
import type { Checker } from './checker.ts';
import { clusterLog } from './cluster-log.ts';
import { configReadOnce } from './config-read-once.ts';
import { configuratorOutput } from './configurator-output.ts';
import { directoriesShared } from './directories-shared.ts';
import { disableCommand } from './disable-command.ts';
import { easyExpansion } from './easy-expansion.ts';
import { failOverCommand } from './fail-over-command.ts';
import { fullHostNameChecked } from './full-host-name-checked.ts';
import { haRemoved } from './ha-removed.ts';
import { installLog } from './install-log.ts';
import { installRootChecked } from './install-root-checked.ts';
import { installedLayout } from './installed-layout.ts';
import { messagePrefix } from './message-prefix.ts';
import { noRollingUpgrade } from './no-rolling-upgrade.ts';
import { noWayBack } from './no-way-back.ts';
import { perNodeLog } from './per-node-log.ts';
import { removeCommand } from './remove-command.ts';
import { restartAsWritten } from './restart-as-written.ts';
import { restartCommand } from './restart-command.ts';
import { startCommand } from './start-command.ts';
import { stateFile } from './state-file.ts';
import { superuserOnly } from './superuser-only.ts';
import { upgradeByFailover } from './upgrade-by-failover.ts';
import { upgradedWhileServing } from './upgraded-while-serving.ts';
import { vfstabChecked } from './vfstab-checked.ts';
import { zeroDowntime } from './zero-downtime.ts';

export const procedureCheckers: readonly Checker[] = [
  startCommand,
  failOverCommand,
  disableCommand,
  easyExpansion,
  removeCommand,
  restartCommand,
  restartAsWritten,
  haRemoved,
  superuserOnly,
  upgradedWhileServing,
  upgradeByFailover,
  zeroDowntime,
  noRollingUpgrade,
  noWayBack,
  brokenPatchCaught,
  configReadOnce,
  agentLog,
  perNodeLog,
  messagePrefix,
  clusterLog,
  installedLayout,
  directoriesShared,
  installLog,
  allTasksPassed,
  configuratorOutput,
  stateFile,
  vfstabChecked,
  installRootChecked,
  fullHostNameChecked,
];
