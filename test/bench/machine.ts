/** What the machine was doing meanwhile: a figure from a machine that others used is worth less. */
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

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

export function machineFacts() {
  return {
    kernel: release(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    node: process.version,
  };
}
