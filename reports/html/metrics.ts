/** The headline numbers of a drill, or of its repetitions. */
import { count, duration, length, milliseconds, outageLength } from '../format.ts';
import type { DrillResult, Outage } from '../model.ts';
import {
  distribution,
  longestOutage,
  operationTotals,
  outageSamples,
  type Repetitions,
} from '../repetitions.ts';
import { html, type Markup } from './markup.ts';

export function metrics(group: Repetitions): Markup {
  const { first, drills } = group;
  const totals = operationTotals(drills);
  const all = totals.ok + totals.failed + totals.indeterminate;
  const harm = totals.lost + totals.duplicated;
  const repeated = drills.length > 1;
  const shown = group.differing[0] ?? first;
  return html`<div class="metrics">
    <dl>
      ${outageMetric(group, 'write', true)} ${outageMetric(group, 'read', false)}
      ${metric(
        'Acknowledged writes',
        totals.duplicated > 0
          ? `${count(totals.lost)} lost, ${count(totals.duplicated)} duplicated`
          : `${count(totals.lost)} lost`,
        totals.duplicated > 0
          ? 'read back after the drill'
          : 'and 0 duplicated, when read back after the drill',
        harm > 0 ? 'harm' : '',
      )}
      ${metric(
        'Operations',
        count(all),
        `${count(totals.ok)} succeeded, ${count(totals.failed)} failed, ${count(totals.indeterminate)} without answer in time`,
      )}
      ${metric(repeated ? 'Repetitions' : 'Duration', repeated ? count(drills.length) : duration(first.durationMs), durations(group))}
      ${metric('Seed', String(shown.seed), repeated ? `of repetition ${shown.repetition}` : 'the same seed, the same faults')}
    </dl>
    ${repeatCommand(shown.command)}
  </div>`;
}

function durations({ first, drills }: Repetitions): string {
  if (drills.length === 1) return `${first.profile} heartbeat profile`;
  const total = drills.reduce((sum, drill) => sum + drill.durationMs, 0);
  return `${duration(total)} in all; ${first.profile} heartbeat profile`;
}

export function repeatCommand(command: string): Markup {
  return html`<p class="repeat"><span>Repeat it</span> <code>${command}</code></p>`;
}

function metric(name: string, value: Markup, note: Markup, tone = ''): Markup {
  return html`<div class=${tone || null}>
    <dt>${name}</dt>
    <dd class="value">${value}</dd>
    <dd class="note">${note}</dd>
  </div>`;
}

function outageMetric(group: Repetitions, kind: Outage['kind'], headline: boolean): Markup {
  const name = `${kind === 'write' ? 'Write' : 'Read'} outage`;
  const tone = headline ? 'headline' : '';
  const outages = group.drills.flatMap((drill) => drill.outages.filter((outage) => outage.kind === kind));
  const [some] = outages;
  if (!some) return metric(name, 'none', `no ${kind} outage was recorded`, tone);
  const probes = `one ${kind} every ${milliseconds(some.probeIntervalMs)}`;
  if (group.drills.length === 1) {
    const longest = longestOutage(group.first, kind) ?? some;
    return metric(
      name,
      outageLength(longest),
      html`${probes}${longestOf(longest, outages)}${censorship(longest)}`,
      tone,
    );
  }
  const spread = distribution(outageSamples(group.drills, kind));
  if (!spread) return null;
  return metric(
    `${name}, median`,
    length(spread.medianMs, spread.medianCensored),
    html`${milliseconds(spread.minMs)} to ${length(spread.maxMs, spread.maxCensored)}; ${probes}`,
    tone,
  );
}

function longestOf(longest: Outage, outages: readonly Outage[]): string {
  return outages.length > 1 ? `; the longest of ${outages.length}, ${longest.service}` : '';
}

function censorship(outage: Outage): string {
  return outage.censored ? '; ≥: the service had not come back when the drill ended' : '';
}

/** One number for a row of the overview. */
export function outageCell(drills: readonly DrillResult[], kind: Outage['kind']): string {
  const spread = distribution(outageSamples(drills, kind));
  return spread ? length(spread.medianMs, spread.medianCensored) : 'none';
}
