/** What the history, a baseline and the gate say, as lines for a terminal. Pure. */
import { ms, several } from '../wording.ts';
import type { Baseline } from './baseline.ts';
import { gapsOf } from './changes.ts';
import type { HistoryEntry } from './entry.ts';
import type { Comparison, Gate } from './gate.ts';
import { type Group, medianOrNull } from './lengths.ts';
import { inWords } from './machine.ts';

const named = ({ drill, model, profile }: Group) =>
  `${drill} on ${model}${profile === 'fast' ? '' : ` (${profile})`}`;
const day = (started: string) => started.slice(0, 16).replace('T', ' ');
const percent = (part: number) => `${Math.round(part * 100)} %`;
const signed = (value: number) => `${value < 0 ? '−' : '+'}${ms(Math.abs(value))}`;

/** One line a run, with gaps and damaged files in their places. */
export function historyInWords(
  entries: readonly HistoryEntry[],
  damaged: readonly { file: string; why: string }[],
): string[] {
  const gaps = gapsOf(entries);
  const rows = entries.flatMap((entry) => {
    const upheld = entry.drills.filter(({ verdict, expected }) => verdict === expected).length;
    const what =
      entry.drills.length === 0
        ? 'no drill ran'
        : `${upheld} of ${several(entry.drills.length, 'drill')} as expected`;
    const notes = [
      ...(entry.whole ? [] : ['a part']),
      ...(entry.interrupted ? ['interrupted'] : []),
      ...(entry.drills.some(({ attempt }) => attempt > 1) ? ['with second attempts'] : []),
    ];
    const gap = gaps.find(({ after }) => after === entry.run);
    return [
      `${day(entry.started)}  ${entry.run}  exit ${entry.exitCode}, ${what}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`,
      ...(gap ? [`                  … nothing for ${gap.days} days …`] : []),
    ];
  });
  return [
    ...(rows.length > 0 ? rows : ['The history is empty.']),
    ...damaged.map(({ file, why }) => `left out: ${file}: ${why}`),
  ];
}

export function baselineInWords(one: Baseline): string[] {
  const rows = one.drills
    .filter(({ writesMs }) => Math.max(0, ...writesMs) > 0)
    .map((drill) => {
      const [least, median, most] = [
        Math.min(...drill.writesMs),
        medianOrNull(drill.writesMs) ?? 0,
        Math.max(...drill.writesMs),
      ];
      const phases = drill.phases.map(({ name, ms: lengths }) => `${name} ${ms(medianOrNull(lengths) ?? 0)}`);
      const censored = drill.censored === 0 ? '' : `, ${drill.censored} of them at least so long`;
      return `  ${named(drill)}: ${ms(least)} / ${ms(median)} / ${ms(most)} (n = ${drill.writesMs.length}${censored}); ${phases.join(', ') || 'no phases'}`;
    });
  return [
    `Baseline of ${day(one.set)} for ${inWords(one.machine)}`,
    `  by ${several(one.runs.length, 'run')}: ${one.runs.map(({ run }) => run).join(', ')}`,
    '  write outage, minimum / median / maximum; medians of its phases:',
    ...(rows.length > 0 ? rows : ['  none of its drills cut users off']),
  ];
}

/** What is slower first, then what cannot be told; the rest in one line. */
export function gateInWords({ run, pooled, comparisons, left, limits, verdict }: Gate): string[] {
  const of = (wanted: Comparison['verdict']) => comparisons.filter((one) => one.verdict === wanted);
  const heads = {
    slower: `${several(of('slower').length, 'drill')} slower than the baseline`,
    'no slower': `No drill is slower than the baseline`,
    'too few': 'Too few values to tell',
  };
  return [
    ...of('slower').flatMap(slowerInWords),
    ...of('faster').map((one) => `faster: ${compared(one)}`),
    ...of('same').filter(isWeak(limits.effect)).map(weakInWords),
    ...of('too few').map(fewInWords),
    ...left.map((one) => `not compared: ${named(one)}: ${one.why}`),
    `${heads[verdict]}: ${several(comparisons.length, 'drill')} of run ${run}${pooled.length > 1 ? `, pooled with ${several(pooled.length - 1, 'run')} before` : ''}; ${of('slower').length} slower, ${of('same').length} the same, ${of('faster').length} faster, ${of('too few').length} undecided. Slower: certain at ${percent(limits.level)} for all together, by ${percent(limits.effect)} and ${ms(limits.leastMs)} at least.`,
  ];
}

function compared(one: Comparison): string {
  const { baseMs, nowMs, differenceMs, ratio, interval, adjusted, counts } = one;
  const times = ratio === null ? '' : `${ratio.toFixed(2)} times, `;
  const chance = adjusted < 0.001 ? 'p below 0.001' : `p ${adjusted.toFixed(3)}`;
  return `${named(one)}: median write outage ${ms(baseMs)}, then ${ms(nowMs)} (${times}${signed(differenceMs)}, 95 % interval ${signed(interval.low)} to ${signed(interval.high)}; ${chance}; n = ${counts.base} and ${counts.now})`;
}

function slowerInWords(one: Comparison): string[] {
  const phases = one.phases.filter(({ verdict }) => verdict === 'slower');
  const where = phases.map(({ name, baseMs, nowMs }) => `${name} ${ms(baseMs)}, then ${ms(nowMs)}`);
  return [
    `SLOWER: ${compared(one)}`,
    `  of its phases: ${where.join('; ') || 'none by itself is certain to be slower'}`,
  ];
}

/** The threshold itself would be overlooked in more than 2 of 10 cases. */
const isWeak = (effect: number) => (one: Comparison) =>
  one.detectable === null || one.detectable > effect * 2;

function weakInWords(one: Comparison): string {
  return `warning: ${named(one)}: ${smallest(one)}, n = ${one.counts.base} and ${one.counts.now}`;
}

function fewInWords(one: Comparison): string {
  return `too few: ${named(one)}: ${one.counts.base} values in the baseline and ${one.counts.now} now (${ms(one.baseMs)}, then ${ms(one.nowMs)}); ${smallest(one)}`;
}

function smallest({ detectable }: Comparison): string {
  return detectable === null
    ? 'no slow-down would be found'
    : `only a slow-down by ${percent(detectable)} or more would be found in 8 of 10 cases`;
}
