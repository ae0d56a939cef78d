/** Checks a file system and mounts it, as its line in /etc/vfstab says. */
import { mkdirSync } from 'node:fs';
import { run } from '../../../common/run.ts';
import type { VfstabLine } from './vfstab.ts';

/** e2fsck: 0 clean, 1 errors corrected. */
const FSCK_FINE = [0, 1];
/** The guide's vfstab says ufs; ext4 stands for it here. Its journal is what `logging` asks for. */
const KERNEL_NAMES: Record<string, string> = { ufs: 'ext4' };
/** Options of /etc/vfstab that mean the same to this kernel. */
const PASSED_ON = ['noatime', 'nodev', 'nosuid', 'noexec'];

export interface MountOrder {
  device: string;
  point: string;
  entry: VfstabLine;
  /** Options beside those of the line. */
  extra?: readonly string[];
  /** What checks it instead of e2fsck: program and words, to which the device is added. */
  checkCommand?: readonly string[];
  timeoutMs: number;
  signal: AbortSignal;
}

export async function checkAndMount(order: MountOrder): Promise<void> {
  const { device, point, entry, extra = [], checkCommand = [], timeoutMs, signal } = order;
  const type = KERNEL_NAMES[entry.fileSystem] ?? entry.fileSystem;
  const isExt = /^ext\d$/.test(type);
  const [program, ...words] = checkCommand;
  if (program !== undefined) await run(program, [...words, device], { timeoutMs, signal });
  else if (isExt) await run('e2fsck', ['-p', device], { accept: FSCK_FINE, timeoutMs, signal });
  mkdirSync(point, { recursive: true });
  const options = [...entry.options.filter((option) => PASSED_ON.includes(option)), ...extra];
  if (isExt) options.push('errors=remount-ro');
  const given = options.length > 0 ? ['-o', options.join(',')] : [];
  await run('mount', ['-t', type, ...given, device, point], { timeoutMs, signal });
}
