/** The claim ledger of a run: by section of the guide, each claim in a line or two, its evidence a fold away. */
import { count, differingFirst, differs, plural, shortened, verdictSymbol } from '../format.ts';
import type { ClaimResult, Report, Verdict } from '../model.ts';
import { html, type Markup } from './markup.ts';
import { evidenceList, table } from './tables.ts';
import { verdictWithExpectation } from './verdicts.ts';

/** What is longer does not fit beside its claim. */
const LONGEST_LINE = 150;

export function claimLedger(report: Report): Markup {
  const seen = report.claims.filter(({ verdict }) => verdict !== 'not exercised');
  const unseen = report.claims.filter(({ verdict }) => verdict === 'not exercised');
  const sections = [...Map.groupBy(seen, ({ id }) => id.split('/')[0] ?? '')];
  return html`<section class="ledger">
    <h2>Claims of the guide, over all drills</h2>
    <p class="quiet">${count(seen.length)} of ${plural(report.claims.length, 'claim')} exercised: ${tally(report.claims)}.</p>
    ${sections.map(([section, claims]) =>
      table(
        `Section ${section} of the guide`,
        [{ name: 'Claim', width: '38%' }, { name: 'Verdict', width: '17%' }, { name: 'Evidence' }],
        differingFirst(claims).map(row),
        'judged',
      ),
    )}
    ${unseen.length > 0 && unexercised(unseen)}
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

function row(claim: ClaimResult): Markup {
  const [first = 'none', ...more] = claim.evidence;
  const isShort = more.length === 0 && first.length <= LONGEST_LINE;
  return html`<tr class=${differs(claim) ? 'differing' : null}>
    <th scope="row">
      ${claim.statement}
      <span class="meaning mono">${claim.id}${claim.drill ? `, ${claim.drill}` : ''}</span>
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
function unexercised(claims: readonly ClaimResult[]): Markup {
  return html`<details class="fold unexercised-claims" open=${claims.some(differs)}>
    <summary>${plural(claims.length, 'claim')} not exercised, each with the reason</summary>
    <ul class="evidence">
      ${differingFirst(claims).map(
        (claim) => html`<li class=${differs(claim) ? 'differs' : null}>
          <span class="mono">${claim.id}</span> ${claim.statement}
          <span class="quiet">${differs(claim) && `${verdictSymbol(claim.expected)} expected ${claim.expected}: `}${claim.evidence.join(' ')}</span>
        </li>`,
      )}
    </ul>
  </details>`;
}
