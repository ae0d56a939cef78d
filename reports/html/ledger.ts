/** The claim ledger of a run: by section of the guide, each claim in a line or two, its evidence a fold away. */
import { count, differingFirst, differs, plural, shortened, verdictSymbol } from '../format.ts';
import type { ClaimResult, Report, Verdict } from '../model.ts';
import type { Repetitions } from '../repetitions.ts';
import { type Anchors, anchorsOf } from './anchors.ts';
import { html, type Markup } from './markup.ts';
import { evidenceList, table } from './tables.ts';
import { verdictWithExpectation } from './verdicts.ts';

/** What is longer does not fit beside its claim. */
const LONGEST_LINE = 150;

export function claimLedger(report: Report, groups: readonly Repetitions[]): Markup {
  const anchors = anchorsOf(report, groups);
  const seen = report.claims.filter(({ verdict }) => verdict !== 'not exercised');
  const unseen = report.claims.filter(({ verdict }) => verdict === 'not exercised');
  const sections = [...Map.groupBy(seen, ({ id }) => id.split('/')[0] ?? '')];
  return html`<section class="ledger" id="claims">
    <h2>Claims of the guide, over all drills</h2>
    <p class="quiet">${count(seen.length)} of ${plural(report.claims.length, 'claim')} exercised: ${tally(report.claims)}.</p>
    ${filters(report.claims)}
    ${sections.map(([section, claims]) =>
      table(
        `Section ${section} of the guide`,
        [{ name: 'Claim', width: '38%' }, { name: 'Verdict', width: '17%' }, { name: 'Evidence' }],
        differingFirst(claims).map((claim) => row(claim, report, anchors)),
        'judged',
      ),
    )}
    ${unseen.length > 0 && unexercised(unseen, anchors)}
  </section>`;
}

const ORDER: Verdict[] = ['upheld', 'refuted', 'inconclusive', 'not exercised'];

function tally(claims: readonly ClaimResult[]): string {
  const parts = ORDER.flatMap((verdict) => {
    const own = claims.filter((claim) => claim.verdict === verdict);
    if (own.length === 0) return [];
    const unexpected = own.filter(differs).length;
    return [`${own.length} ${verdict}${unexpected > 0 ? ` (${unexpected} not expected)` : ''}`];
  });
  return parts.join(', ');
}

/** Filters work by style sheet alone; one that would show nothing is not offered. */
function filters(claims: readonly ClaimResult[]): Markup {
  const differing = claims.filter(differs).length;
  const choices: [string, string, number][] = [
    ['all', 'all', claims.length],
    ['differing', 'not as expected', differing],
    ...ORDER.map((verdict): [string, string, number] => [
      keyOf(verdict),
      verdict,
      claims.filter((claim) => claim.verdict === verdict).length,
    ]),
  ];
  return html`<fieldset class="filters">
    <legend>Show claims that are</legend>
    ${choices
      .filter(([, , number]) => number > 0)
      .map(
        ([key, name, number]) =>
          html`<label><input type="radio" name="claims-shown" id=${`show-${key}`} value=${key} checked=${key === 'all'} /> ${name} <span class="quiet">${count(number)}</span></label>`,
      )}
  </fieldset>`;
}

/** A verdict as a word without a space. */
function keyOf(verdict: Verdict): string {
  return verdict === 'not exercised' ? 'unexercised' : verdict;
}

/** For the filters: "refuted", or "refuted differing". */
function kindOf(claim: ClaimResult): string {
  return `${keyOf(claim.verdict)}${differs(claim) ? ' differing' : ''}`;
}

function row(claim: ClaimResult, report: Report, anchors: Anchors): Markup {
  const drill = report.drills.find(({ id }) => id === claim.drill);
  const anchor = drill && anchors.group(drill);
  const [first = 'none', ...more] = claim.evidence;
  const isShort = more.length === 0 && first.length <= LONGEST_LINE;
  return html`<tr id=${anchors.claim(claim.id)?.slice(1)} class=${differs(claim) ? 'differing' : null} data-kind=${kindOf(claim)}>
    <th scope="row">
      ${claim.statement}
      <span class="meaning mono">${claim.id}${claim.drill && html`, ${anchor ? html`<a href=${anchor}>${claim.drill}</a>` : claim.drill}`}</span>
    </th>
    <td>${verdictWithExpectation(claim)}</td>
    <td>
      ${
        isShort
          ? first
          : html`<details class="fold" open=${differs(claim)}>
            <summary>${shortened(first, LONGEST_LINE)}${more.length > 0 && html` <span class="quiet">and ${plural(more.length, 'line')} more</span>`}</summary>
            ${evidenceList(claim.evidence)}
          </details>`
      }
    </td>
  </tr>`;
}

/** With the reason, and marked where it was expected to be exercised. */
function unexercised(claims: readonly ClaimResult[], anchors: Anchors): Markup {
  return html`<details class="fold unexercised-claims" open=${claims.some(differs)}>
    <summary>${plural(claims.length, 'claim')} not exercised, each with the reason</summary>
    <ul class="evidence">
      ${differingFirst(claims).map(
        (
          claim,
        ) => html`<li id=${anchors.claim(claim.id)?.slice(1)} class=${differs(claim) ? 'differs' : null} data-kind=${kindOf(claim)}>
          <span class="mono">${claim.id}</span> ${claim.statement}
          <span class="quiet">${differs(claim) && `${verdictSymbol(claim.expected)} expected ${claim.expected}: `}${claim.evidence.join(' ')}</span>
        </li>`,
      )}
    </ul>
  </details>`;
}
