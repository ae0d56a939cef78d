/** One drill over the last runs: a dot a run, so that a step can be told from noise. */
import { scaleLinear } from 'd3-scale';
import { length, milliseconds, plural, wallClock } from '../format.ts';
import type { DrillResult, Report, Trend } from '../model.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 480;
const HEIGHT = 64;
const EDGE = 8;
/** Room right of the dots for the scale. */
const SCALE = 70;

/** Null where there is no history of this drill, or none beside this run. */
export function trendOf(report: Report, first: DrillResult): Trend | null {
  const own = report.trends?.find(
    ({ drill, model, profile }) =>
      drill === first.name && model === first.model && profile === first.profile && first.sabotage === null,
  );
  return own && own.runs.length > 1 ? own : null;
}

export function trendSection(trend: Trend | null): Markup {
  if (trend === null) return null;
  const { runs } = trend;
  const most = Math.max(1, ...runs.map(({ writeMs }) => writeMs ?? 0));
  const y = scaleLinear([0, most], [HEIGHT - EDGE, EDGE]).nice(3);
  const x = scaleLinear([0, Math.max(1, runs.length - 1)], [EDGE, WIDTH - EDGE]);
  const top = y.domain()[1] ?? most;
  return html`<section>
    <h3>Write outage over the last ${plural(runs.length, 'run')}</h3>
    <div class="scroll" role="region" tabindex="0" aria-label="Write outage over the last runs">
      <svg class="strip" width=${WIDTH + SCALE} height=${HEIGHT} viewBox=${`0 0 ${WIDTH + SCALE} ${HEIGHT}`} role="img" aria-label=${inWords(trend)}>
        <path class="grid" d=${`M${EDGE} ${y(0)}H${WIDTH}M${EDGE} ${y(top)}H${WIDTH}`} />
        ${runs.map((run, index) => dot(run, Math.round(x(index)), y))}
        <text class="scale quiet" x=${WIDTH + 4} y=${y(top) + 4}>${milliseconds(top)}</text>
        <text class="scale quiet" x=${WIDTH + 4} y=${y(0) + 4}>0</text>
      </svg>
    </div>
    <p class="quiet key">● upheld, ◆ otherwise, ○ on another machine; the last one is this run.</p>
  </section>`;
}

function dot(run: Trend['runs'][number], x: number, y: (ms: number) => number): Markup {
  if (run.writeMs === null) return null;
  const at = Math.round(y(run.writeMs));
  const title = html`<title>${`${wallClock(run.started)}: ${length(run.writeMs, run.censored)}, ${run.verdict}`}</title>`;
  if (run.verdict !== 'upheld')
    return html`<path class="dot differing" d=${`M${x} ${at - 5}l5 5l-5 5l-5-5z`}>${title}</path>`;
  return html`<circle class=${run.sameMachine ? 'dot' : 'dot elsewhere'} cx=${x} cy=${at} r="3.2">${title}</circle>`;
}

function inWords({ runs }: Trend): string {
  const lengths = runs.map(({ writeMs, censored }) =>
    writeMs === null ? 'none' : length(writeMs, censored),
  );
  return `Write outages, the oldest first: ${lengths.join(', ')}`;
}
