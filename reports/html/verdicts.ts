/** Verdicts as marks of shape, word and colour, so that none of the three has to be seen. */
import { differs, type Judged } from '../format.ts';
import type { Report, Verdict } from '../model.ts';
import { html, type Markup } from './markup.ts';

const CLASSES: Record<Verdict, string> = {
  upheld: 'upheld',
  refuted: 'refuted',
  inconclusive: 'inconclusive',
  'not exercised': 'unexercised',
};

export function verdictMark(verdict: Verdict, { calm = false, comma = false } = {}): Markup {
  return html`<span class=${`verdict ${CLASSES[verdict]}${calm ? ' calm' : ''}`}>${verdict}${comma && ','}</span>`;
}

/** The verdict, and whether that is what was expected. */
export function verdictWithExpectation(result: Judged): Markup {
  if (differs(result)) {
    return html`${verdictMark(result.verdict, { comma: true })} <strong class="differs">expected ${result.expected}</strong>`;
  }
  return result.verdict === 'upheld'
    ? verdictMark(result.verdict)
    : html`${verdictMark(result.verdict, { calm: true, comma: true })} <span class="quiet">as expected</span>`;
}

export function seenMark(seen: boolean): Markup {
  return html`<span class=${`verdict ${seen ? 'upheld' : 'inconclusive'}`}>${seen ? 'yes' : 'not seen'}</span>`;
}

export interface Outcome {
  words: string;
  symbol: string;
  tone: 'good' | 'bad' | 'unsure';
}

/** The exit code says how the run as a whole ended: a refuted drill under sabotage is a good outcome. */
export function outcomeOf(report: Report): Outcome {
  if (report.run.interrupted) return { words: 'Interrupted', symbol: '?', tone: 'unsure' };
  if (report.exitCode === 0) return { words: 'As expected', symbol: '✓', tone: 'good' };
  if (report.exitCode === 1) return { words: 'Not as expected', symbol: '✗', tone: 'bad' };
  if (report.exitCode === 2) return { words: 'Inconclusive', symbol: '?', tone: 'unsure' };
  return { words: `Not completed (exit code ${report.exitCode})`, symbol: '✗', tone: 'bad' };
}
