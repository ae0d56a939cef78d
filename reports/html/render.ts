/** The whole page. It needs no network and no script, and its policy forbids both, whatever a log line contains. */
import { renderToStaticMarkup } from 'preact-render-to-string';
import { duration, plural, wallClock } from '../format.ts';
import type { Report } from '../model.ts';
import { groupRepetitions, type Repetitions } from '../repetitions.ts';
import { availabilitySection } from './availability.ts';
import { groupBody } from './group.ts';
import { claimLedger } from './ledger.ts';
import { html, type Markup } from './markup.ts';
import { groupVerdict, groupVerdictWords, overview } from './overview.ts';
import { patterns } from './picture/patterns.ts';
import { runFacts } from './run-facts.ts';
import { boundariesSection } from './runbook.ts';
import { STYLESHEET } from './stylesheet.ts';
import { outcomeOf, verdictMark } from './verdicts.ts';
import { VERDICT_MEANINGS } from './words.ts';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const MOST_LOG_LINES = 150;
const LEAST_LOG_LINES = 25;
/** Log lines in the whole page: what keeps a run of many drills small enough to open. */
const ALL_LOG_LINES = 6000;

export function renderHtml(report: Report): string {
  return `<!doctype html>\n${renderToStaticMarkup(page(report))}\n`;
}

function page(report: Report) {
  const groups = groupRepetitions(report.drills);
  const outcome = outcomeOf(report);
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content=${POLICY} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="referrer" content="no-referrer" />
      <title>${`${outcome.symbol} ${outcome.words}: ${groups[0]?.first.name ?? 'no drill'}, run ${report.run.id}`}</title>
      <style dangerouslySetInnerHTML=${{ __html: STYLESHEET }}></style>
    </head>
    <body>
      <a class="skip" href="#main">Skip to the verdict</a>
      ${patterns()}
      <main id="main">
        ${header(report)} ${boundariesSection(report)} ${body(report, groups)} ${groups.length > 1 && report.claims.length > 0 && claimLedger(report)} ${availabilitySection(report.availability)} ${runFacts(report)} ${glossary()}
      </main>
    </body>
  </html>`;
}

function header(report: Report): Markup {
  const outcome = outcomeOf(report);
  return html`<header class=${outcome.tone}>
    <p class="outcome"><span class="symbol" aria-hidden="true">${outcome.symbol}</span> ${outcome.words}</p>
    <h1>${report.sentence}</h1>
    <p class="quiet">
      Run ${report.run.id}, started ${wallClock(report.run.started)}, took ${duration(report.run.durationMs)}, ${plural(report.drills.length, 'drill')}
    </p>
    ${
      report.run.interrupted &&
      html`<p class="notice unsure"><strong>The run was interrupted:</strong> drills after that moment are missing.</p>`
    }
  </header>`;
}

function body(report: Report, groups: readonly Repetitions[]): Markup {
  const anchorOf = (index: number) => `drill-${index + 1}`;
  const containers = report.drills.reduce((sum, drill) => sum + drill.logs.length, 0);
  const fair = Math.floor(ALL_LOG_LINES / Math.max(1, containers));
  const logLines = Math.max(LEAST_LOG_LINES, Math.min(MOST_LOG_LINES, fair));
  const [only] = groups;
  if (!only) return html`<p>No drill was run.</p>`;
  if (groups.length === 1) {
    return html`<section id=${anchorOf(0)}>
      ${groupHeading(only)} ${groupBody(only, { anchor: anchorOf(0), logLines })}
    </section>`;
  }
  const anyDiffers = groups.some((group) => group.differing.length > 0);
  return html`
    ${overview(groups, anchorOf)}
    ${groups.map(
      (
        group,
        index,
      ) => html`<details class="group" open=${anyDiffers ? group.differing.length > 0 : index === 0}>
        <summary>
          <span class="group-name">${group.first.name} on ${group.first.model}</span>
          <span class="quiet">${groupVerdictWords(group)}</span>
        </summary>
        <section id=${anchorOf(index)}>
          ${groupHeading(group)} ${groupBody(group, { anchor: anchorOf(index), logLines })}
        </section>
      </details>`,
    )}
  `;
}

function groupHeading(group: Repetitions): Markup {
  const { first } = group;
  return html`<div class="group-heading">
    <h2>${first.title}</h2>
    <div class="group-verdict">
      <span class="quiet">Drill ${first.name} on the ${first.model} model:</span> ${groupVerdict(group)}
    </div>
  </div>`;
}

function glossary(): Markup {
  return html`<footer>
    <h2>Words</h2>
    <dl class="glossary">
      ${VERDICT_MEANINGS.map(([verdict, meaning]) => html`<div><dt>${verdictMark(verdict)}</dt><dd>${meaning}</dd></div>`)}
      <div><dt>outage</dt><dd>from the last success before to the first of twenty successes in a row after</dd></div>
      <div><dt>array</dt><dd>a box of disks that both nodes can reach</dd></div>
      <div><dt>duplicated</dt><dd>a write that the store applied more than once</dd></div>
    </dl>
  </footer>`;
}
