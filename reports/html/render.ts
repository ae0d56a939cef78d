/** The whole page. It reads without network and without script; its policy forbids the one, and any but its own of the other. */
import { createHash } from 'node:crypto';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { duration, plural, wallClock } from '../format.ts';
import type { Report } from '../model.ts';
import { groupRepetitions, type Repetitions } from '../repetitions.ts';
import { logLinesOf } from './allowance.ts';
import { anchorsOf } from './anchors.ts';
import { availabilitySection } from './availability.ts';
import { contents, firstScreen } from './first-screen.ts';
import { groupBody } from './group.ts';
import { claimLedger } from './ledger.ts';
import { html, type Markup } from './markup.ts';
import { groupVerdict, groupVerdictWords, overview } from './overview.ts';
import { SCRIPT } from './page-script.ts';
import { patterns } from './picture/patterns.ts';
import { runFacts } from './run-facts.ts';
import { boundariesSection } from './runbook.ts';
import { STYLESHEET } from './stylesheet.ts';
import { trendOf } from './trend.ts';
import { outcomeOf, verdictMark } from './verdicts.ts';
import { PHASE_MEANINGS, VERDICT_MEANINGS } from './words.ts';

/** The one script is named by its hash: no other runs, wherever it came from. */
const POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Characters beyond which the sentence of the verdict is set smaller. */
const LONG_SENTENCE = 120;

export function renderHtml(report: Report): string {
  return `<!doctype html>\n${renderToStaticMarkup(page(report))}\n`;
}

function page(report: Report) {
  const groups = groupRepetitions(report.drills);
  const outcome = outcomeOf(report);
  const anchors = anchorsOf(report, groups);
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
        ${header(report)} ${firstScreen(report, groups, anchors)} ${boundariesSection(report)} ${contents(report, anchors)}
        ${groups.length > 1 ? ofMany(report, groups) : ofOne(report, groups)}
        ${runFacts(report)} ${glossary()}
      </main>
      <script dangerouslySetInnerHTML=${{ __html: SCRIPT }}></script>
    </body>
  </html>`;
}

function header(report: Report): Markup {
  const outcome = outcomeOf(report);
  return html`<header class=${outcome.tone}>
    <p class="outcome"><span class="symbol" aria-hidden="true">${outcome.symbol}</span> ${outcome.words}</p>
    <h1 class=${report.sentence.length > LONG_SENTENCE ? 'long' : null}>${report.sentence}</h1>
    <p class="quiet">
      Run ${report.run.id}, started ${wallClock(report.run.started)}, took ${duration(report.run.durationMs)}, ${plural(report.drills.length, 'drill')}
    </p>
    ${
      report.run.interrupted &&
      html`<p class="notice unsure"><strong>The run was interrupted:</strong> drills after that moment are missing.</p>`
    }
  </header>`;
}

type Groups = readonly Repetitions[];

const anchorOf = (index: number) => `drill-${index + 1}`;

function ofOne(report: Report, groups: Groups): Markup {
  const [only] = groups;
  const trend = only ? trendOf(report, only.first) : null;
  const place = { anchor: anchorOf(0), logLinesOf: logLinesOf(report.drills), trend };
  return html`
    ${
      only
        ? html`<section id=${anchorOf(0)}>${groupHeading(only)} ${groupBody(only, place)}</section>`
        : html`<section id="drill-1"><p class="notice unsure"><strong>No drill was run,</strong> so there is nothing to tell of the cluster.</p></section>`
    }
    ${report.claims.length > 0 && claimLedger(report, groups)} ${availabilitySection(report.availability)}
  `;
}

function ofMany(report: Report, groups: Groups): Markup {
  const logLines = logLinesOf(report.drills);
  const anyDiffers = groups.some((group) => group.differing.length > 0);
  return html`
    ${report.claims.length > 0 && claimLedger(report, groups)} ${overview(groups, anchorOf)}
    ${availabilitySection(report.availability)}
    <h2 id="drills">Each drill</h2>
    ${groups.map(
      (group, index) => html`<details
        class=${group.differing.length > 0 ? 'group differing-group' : 'group'}
        open=${anyDiffers ? group.differing.length > 0 : index === 0}
      >
        <summary>
          <span class="group-name">${group.first.name} on ${group.first.model}</span>
          <span class="quiet">${groupVerdictWords(group)}</span>
        </summary>
        <section id=${anchorOf(index)}>
          ${groupHeading(group)} ${groupBody(group, { anchor: anchorOf(index), logLinesOf: logLines, trend: trendOf(report, group.first) })}
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
  return html`<footer id="words">
    <h2>Words</h2>
    <dl class="glossary">
      ${VERDICT_MEANINGS.map(([verdict, meaning]) => html`<div><dt>${verdictMark(verdict)}</dt><dd>${meaning}</dd></div>`)}
      <div><dt>outage</dt><dd>from the last success before to the first of twenty successes in a row after</dd></div>
      ${Object.entries(PHASE_MEANINGS).map(([phase, meaning]) => html`<div><dt>${phase}</dt><dd>${meaning}</dd></div>`)}
      <div><dt>array</dt><dd>a box of disks that both nodes can reach</dd></div>
      <div><dt>duplicated</dt><dd>a write that the store applied more than once</dd></div>
    </dl>
  </footer>`;
}
