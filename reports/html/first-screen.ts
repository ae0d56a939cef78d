/** What a person sees first: what changed, what differs, and where the slowest switchover's time went. */
import { count, differingFirst, differs, plural, shortened } from '../format.ts';
import type { ClaimResult, DrillResult, Report } from '../model.ts';
import { operationTotals, type Repetitions } from '../repetitions.ts';
import { type Anchors, linkTo } from './anchors.ts';
import { changesPanel } from './changes.ts';
import { html, type Markup } from './markup.ts';
import { slowestPanel } from './slowest.ts';
import { verdictWithExpectation } from './verdicts.ts';

/** What fits beside the other panels. */
const MOST = 5;
const LONGEST_REASON = 140;

export function firstScreen(report: Report, groups: readonly Repetitions[], anchors: Anchors): Markup {
  if (report.drills.length === 0) return null;
  return html`
    <p class="tally">${tally(report)}</p>
    <div class="first">
      ${changesPanel(report, anchors)} ${differingPanel(report, groups, anchors)} ${slowestPanel(report.drills, anchors)}
    </div>
  `;
}

function tally({ drills, claims }: Report): Markup {
  const { lost, duplicated, ok } = operationTotals(drills);
  const parts = [
    `${plural(drills.length, 'drill')}: ${verdictsOf(drills)}`,
    ...(claims.length > 0 ? [`${plural(claims.length, 'claim')}: ${verdictsOf(claims)}`] : []),
    `${count(ok)} operations succeeded, ${plural(lost, 'acknowledged write')} lost, ${count(duplicated)} duplicated`,
  ];
  return parts.map((part) => html`<span>${part}</span> `);
}

function verdictsOf(all: readonly { verdict: string }[]): string {
  return [...Map.groupBy(all, ({ verdict }) => verdict)]
    .map(([verdict, own]) => `${count(own.length)} ${verdict}`)
    .join(', ');
}

function differingPanel(report: Report, groups: readonly Repetitions[], anchors: Anchors): Markup {
  const claims = differingFirst(report.claims.filter(differs));
  const own = groups.filter(({ differing }) => differing.length > 0);
  const none = claims.length + own.length === 0;
  return html`<section class=${none ? 'panel good' : 'panel bad'}>
    <h2>What is not as expected</h2>
    ${none && html`<p><span class="verdict upheld">Nothing:</span> every verdict is the expected one.</p>`}
    ${!none && html`<div class="lists">${differingClaims(claims, anchors)} ${differingDrills(own, anchors)}</div>`}
  </section>`;
}

function differingClaims(claims: readonly ClaimResult[], anchors: Anchors): Markup {
  if (claims.length === 0) return null;
  const items = claims.map(
    (claim) =>
      html`${linkTo(anchors.claim(claim.id), claim.statement)}${' '}${verdictWithExpectation(claim)}`,
  );
  return html`<div><h3>${plural(claims.length, 'claim')} of the guide</h3>${shortList(items, anchors.ledger)}</div>`;
}

function differingDrills(groups: readonly Repetitions[], anchors: Anchors): Markup {
  if (groups.length === 0) return null;
  const items = groups.map(({ differing: [shown], first }) => {
    const drill = shown ?? first;
    return html`${linkTo(anchors.group(first), `${first.name} on ${first.model}`)}${' '}${verdictWithExpectation(drill)}
      <span class="meaning">${shortened(reasonOf(drill), LONGEST_REASON)}</span>`;
  });
  return html`<div><h3>${plural(groups.length, 'drill')}</h3>${shortList(items, anchors.matrix)}</div>`;
}

/** The check that made it so, or what broke it. */
function reasonOf(drill: DrillResult): string {
  if (drill.problem !== null) return drill.problem;
  const because = drill.checks.filter(differs);
  return because.map(({ name, evidence: [line = 'no evidence'] }) => `${name}: ${line}`)[0] ?? '';
}

export function shortList(items: readonly Markup[], rest: string): Markup {
  const more = items.length - MOST;
  return html`<ul class="plain">
    ${items.slice(0, MOST).map((item) => html`<li>${item}</li>`)}
    ${more > 0 && html`<li><a href=${rest}>and ${count(more)} more</a></li>`}
  </ul>`;
}

/** Where to go from here. */
export function contents(report: Report, anchors: Anchors): Markup {
  const places: [string, string][] = [
    ...(report.claims.length > 0 ? [['Claims', anchors.ledger] as [string, string]] : []),
    ['Drills by models', anchors.matrix],
    ...(report.availability === null ? [] : [['Down time', anchors.availability] as [string, string]]),
    ['Each drill', anchors.drills],
    ['About this run', anchors.facts],
    ['Words', anchors.words],
  ];
  return html`<nav class="contents" aria-label="Parts of this report">
    <ul>${places.map(([name, anchor]) => html`<li><a href=${anchor}>${name}</a></li>`)}</ul>
    <div class="search" hidden>
      <label>Find <input type="search" id="search" placeholder="drill, claim, node …" aria-describedby="search-help" /></label>
      <span id="search-help" class="quiet">Keys: <kbd>/</kbd> find, <kbd>n</kbd> next that differs, <kbd>Esc</kbd> all again</span>
      <span id="found" role="status"></span>
    </div>
  </nav>`;
}
