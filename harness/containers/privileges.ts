/** What the container of each role may do on its host, and how much CPU it gets when there is little. */
import type { HostConfig } from 'dockerode';

/** Loop devices have major number 7; loop-control is 10:237. */
const LOOPS = 'b 7:* rwm';
const LOOP_CONTROL = 'c 10:237 rwm';
const FUSE = 'c 10:229 rwm';
/** Docker's default AppArmor profile forbids mount. */
const UNCONFINED = ['apparmor=unconfined'];

/**
 * Who comes first when CPU is short, relative to the client's 1024: the witness must not go blind, hardware must not
 * be slower than the software on it, a server outside of the cluster has a machine of its own, and nodes all get the
 * same.
 */
const CPU_SHARES = { witness: 8192, array: 4096, mirror: 4096, directory: 4096, node: 2048 };

/**
 * A node mounts, plumbs addresses, sends ARP, makes device nodes, gives heartbeats a higher priority, and sees who uses
 * a file system that it is to unmount by force.
 */
export const NODE_CAPABILITIES = ['SYS_ADMIN', 'NET_ADMIN', 'NET_RAW', 'MKNOD', 'SYS_NICE', 'SYS_PTRACE'];
/** The witness reads other containers' tables, and its levers enter their networks. */
export const WITNESS_CAPABILITIES = ['SYS_ADMIN', 'SYS_PTRACE', 'NET_ADMIN', 'MKNOD', 'SYS_NICE'];

/** A mirror makes a file of its two ports, and a loop device on it. It lives in its node's network. */
export const MIRROR_HOST: HostConfig = {
  // Process 1 of a container cannot kill itself, and that is how a mirror ends.
  Init: true,
  CapAdd: ['SYS_ADMIN', 'MKNOD', 'SYS_NICE'],
  CpuShares: CPU_SHARES.mirror,
  DeviceCgroupRules: [LOOPS, LOOP_CONTROL, FUSE],
  SecurityOpt: UNCONFINED,
};

/** Mounts in its node's name, from among the node's processes. */
export const GLOBAL_MOUNTS_HOST: HostConfig = {
  CapAdd: ['SYS_ADMIN', 'SYS_PTRACE', 'MKNOD', 'SYS_NICE'],
  CpuShares: CPU_SHARES.mirror,
  DeviceCgroupRules: [FUSE],
  SecurityOpt: UNCONFINED,
};

/** An ordinary server: it may do what any container may. */
export const DIRECTORY_SERVER_HOST: HostConfig = {
  CpuShares: CPU_SHARES.directory,
  // Memory, as of the arrays: nothing in it has to outlive the drill.
  Tmpfs: { '/var/opt/mps': '' },
};

/** What an array may do: make loop devices and mount its own file system. */
export const DISK_ARRAY_HOST: HostConfig = {
  CapAdd: ['SYS_ADMIN', 'MKNOD'],
  CpuShares: CPU_SHARES.array,
  DeviceCgroupRules: [LOOPS, LOOP_CONTROL],
  SecurityOpt: UNCONFINED,
  // Memory, not a disk: nothing on it has to outlive the drill, and its speed is the same from run to run.
  Tmpfs: { '/backing': '' },
};

/** One that may be slow has files of its own making below its ports. */
export const SLOW_ARRAY_HOST: HostConfig = {
  ...DISK_ARRAY_HOST,
  DeviceCgroupRules: [LOOPS, LOOP_CONTROL, FUSE],
};

export const NODE_HOST: HostConfig = {
  // A server's processes outlive the method that started them; somebody must take note when they end.
  Init: true,
  CapAdd: NODE_CAPABILITIES,
  CpuShares: CPU_SHARES.node,
  DeviceCgroupRules: [LOOPS],
  SecurityOpt: UNCONFINED,
};

/** The witness lives in the host's process namespace: that is what lets it see without being helped. */
export const WITNESS_HOST: HostConfig = {
  CapAdd: WITNESS_CAPABILITIES,
  CpuShares: CPU_SHARES.witness,
  DeviceCgroupRules: [LOOPS],
  SecurityOpt: UNCONFINED,
  PidMode: 'host',
};
