/** What a benchmark found, as JSON and as Markdown. Rendering is pure. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { machineFacts } from './machine.ts';

export interface Table {
  title: string;
  columns: string[];
  rows: string[][];
}

/** What a benchmark returns: sentences and tables for people, data for programs. */
export interface Findings {
  sentences: string[];
  tables: Table[];
  data: unknown;
}

export interface BenchReport extends Findings {
  bench: string;
  id: string;
  command: string;
  seed: number;
  started: string;
  durationMs: number;
  machine: ReturnType<typeof machineFacts> & { stealPercent: number | null };
}

export function renderTable({ title, columns, rows }: Table): string {
  const all = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [title, '', line(columns), rule, ...rows.map(line), ''].join('\n');
}

export function renderBench(report: BenchReport): string {
  const { cpu, cores, memoryMiB, kernel, node, stealPercent } = report.machine;
  const steal = stealPercent === null ? 'unknown' : `${stealPercent.toFixed(1)} %`;
  return [
    `# Benchmark ${report.bench}, ${report.id}`,
    '',
    `\`${report.command}\`, seed ${report.seed}, ${report.started}, ${Math.round(report.durationMs / 1000)} s.`,
    `${cores} cores of ${cpu}, ${memoryMiB} MiB, Linux ${kernel}, Node ${node}; CPU stolen by others meanwhile: ${steal}.`,
    '',
    ...report.sentences,
    '',
    ...report.tables.map(renderTable),
  ].join('\n');
}

export function writeBench(folder: string, report: BenchReport): void {
  writeWhole(join(folder, 'bench.json'), `${JSON.stringify(report, null, 1)}\n`);
  writeWhole(join(folder, 'bench.md'), renderBench(report));
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
