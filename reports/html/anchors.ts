/** Where links of the page lead: one place that knows the names of all anchors, whatever claims and drills are called. */
import type { DrillResult, Report } from '../model.ts';
import type { Repetitions } from '../repetitions.ts';
import { html, type Markup } from './markup.ts';

export interface Anchors {
  ledger: string;
  matrix: string;
  availability: string;
  drills: string;
  facts: string;
  words: string;
  /** Undefined where the ledger has no such claim. */
  claim(id: string): string | undefined;
  /** Of a drill of this name, model and profile; undefined where this run has none. */
  group(
    drill: Pick<DrillResult, 'name' | 'model'> & { profile?: string; sabotage?: string | null },
  ): string | undefined;
}

export function anchorsOf({ claims }: Report, groups: readonly Repetitions[]): Anchors {
  const several = groups.length > 1;
  return {
    ledger: '#claims',
    matrix: several ? '#matrix' : '#drill-1',
    availability: '#availability',
    drills: several ? '#drills' : '#drill-1',
    facts: '#facts',
    words: '#words',
    claim: (id) =>
      numbered(
        'claim',
        claims.findIndex((claim) => claim.id === id),
      ),
    group: ({ name, model, profile, sabotage }) =>
      numbered(
        'drill',
        groups.findIndex(
          ({ first }) =>
            first.name === name &&
            first.model === model &&
            (profile === undefined || first.profile === profile) &&
            (sabotage === undefined || first.sabotage === sabotage),
        ),
      ),
  };
}

function numbered(what: string, index: number): string | undefined {
  return index === -1 ? undefined : `#${what}-${index + 1}`;
}

/** A link where there is a place to go to, and the text alone where there is none. */
export function linkTo(anchor: string | undefined, text: string): Markup {
  return anchor === undefined ? text : html`<a href=${anchor}>${text}</a>`;
}
