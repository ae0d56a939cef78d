/** What the machine was doing meanwhile: a figure from a machine that others used is worth less. */
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { DeadlineError, until } from '../../harness/clock.ts';

/** Ticks of all processors since boot, from the first line of /proc/stat. */
export interface CpuTicks {
  total: number;
  idle: number;
  steal: number;
}

/** Shares of a stretch of time, in percent of all processors. */
export interface CpuUse {
  busyPercent: number;
  /** Taken by other guests of the host. */
  stealPercent: number;
}

export function cpuTicksIn(stat: string): CpuTicks {
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] = (
    /^cpu +(.*)$/m.exec(stat)?.[1] ?? ''
  )
    .split(' ')
    .map(Number);
  const total = user + nice + system + idle + wait + irq + softirq + steal;
  return { total, idle: idle + wait, steal };
}

/** Null where there is no /proc: then the engine's machine is not this one. */
export function cpuTicks(file = '/proc/stat'): CpuTicks | null {
  return existsSync(file) ? cpuTicksIn(readFileSync(file, 'utf8')) : null;
}

export function cpuUse(from: CpuTicks | null, to: CpuTicks | null): CpuUse | null {
  if (from === null || to === null || to.total === from.total) return null;
  const percent = (ticks: number) => (100 * ticks) / (to.total - from.total);
  const [idle, steal] = [to.idle - from.idle, to.steal - from.steal];
  return { busyPercent: percent(to.total - from.total - idle - steal), stealPercent: percent(steal) };
}

const LOOK_MS = 1000;
/** Half of the processors free, so that what is measured is not what others do. */
const QUIET_PERCENT = 50;

/** Waits until others leave the machine alone for a moment. Returns whether they did. */
export async function quietMachine(patienceMs: number, signal: AbortSignal): Promise<boolean> {
  let before: CpuTicks | null = null;
  const look = () => {
    const [from, to] = [before, cpuTicks()];
    before = to;
    const use = cpuUse(from, to);
    return to === null || (use !== null && idlePercent(use) >= QUIET_PERCENT) || undefined;
  };
  try {
    await until('a quiet machine', patienceMs, look, { everyMs: LOOK_MS, signal });
    return true;
  } catch (error) {
    if (error instanceof DeadlineError) return false;
    throw error;
  }
}

export function idlePercent({ busyPercent, stealPercent }: CpuUse): number {
  return 100 - busyPercent - stealPercent;
}

export function machineFacts() {
  return {
    kernel: release(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    node: process.version,
  };
}
