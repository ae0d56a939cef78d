/** Everything about one repetition of one drill. */
import { relativeSeconds } from '../format.ts';
import type { DrillResult } from '../model.ts';
import { logs } from './logs.ts';
import { html, type Markup } from './markup.ts';
import { measurementsTable } from './measurements.ts';
import { timelinePictures } from './picture/timeline.ts';
import { runbookSection } from './runbook.ts';
import {
  checksTable,
  claimsTable,
  evidenceList,
  faultsTable,
  operationsTable,
  phasesTable,
} from './tables.ts';
import { type TimeFrame, timeFrame } from './time.ts';

export interface DrillPlace {
  /** Unique in the page, for links and labels. */
  anchor: string;
  /** How many lines of each log are shown. */
  logLines: number;
}

export function drillDetails(drill: DrillResult, { anchor, logLines }: DrillPlace): Markup {
  const frame = timeFrame(drill);
  const own = drill.checks.filter((check) => check.validity);
  const asked = drill.checks.filter((check) => !check.validity);
  return html`<div class="drill" id=${anchor}>
    ${warnings(drill)}
    ${runbookSection(drill)}
    <section><h3>What happened</h3>${timelinePictures(drill, anchor)}</section>
    ${drill.phases.length > 0 && html`<section><h3>Where the outage went</h3>${phasesTable(drill, frame)}</section>`}
    <section>
      <h3>Checks</h3>
      ${asked.length > 0 ? checksTable('What was asked of the cluster', asked) : nothing('No check was made.')}
    </section>
    ${
      drill.claims.length > 0 &&
      html`<section><h3>Claims of the guide</h3>${claimsTable('What the guide says, and what was seen', drill.claims)}</section>`
    }
    <section>
      <h3>Is the drill itself valid?</h3>
      ${validity(drill)}
      ${own.length > 0 && checksTable('Conditions without which no verdict counts', own)}
    </section>
    ${
      drill.operations.length + drill.faults.length > 0 &&
      html`<section>
        <h3>Operations and faults</h3>
        ${drill.operations.length > 0 && operationsTable(drill)} ${drill.faults.length > 0 && faultsTable(drill)}
      </section>`
    }
    ${
      drill.measurements.length > 0 &&
      html`<section>
        <h3>Measurements</h3>
        ${measurementsTable({ ...drill, services: drill.operations.map(({ service }) => service) })}
      </section>`
    }
    ${drill.steps.length > 0 && html`<section><h3>Steps</h3>${steps(drill, frame)}</section>`}
    ${drill.logs.length > 0 && html`<section class="logs"><h3>Logs</h3>${logs(drill, frame, logLines)}</section>`}
  </div>`;
}

function warnings(drill: DrillResult): Markup {
  return html`
    ${drill.problem !== null && html`<p class="notice bad"><strong>The drill itself broke:</strong> ${drill.problem}</p>`}
    ${
      drill.sabotage !== null &&
      html`<p class="notice"><strong>Sabotage <code>${drill.sabotage}</code>:</strong> the cluster was broken on purpose, so that a check turns red.</p>`
    }
    ${
      !drill.validity.valid &&
      html`<div class="notice unsure">
        <strong>This drill is not valid, so no verdict counts:</strong>${evidenceList(drill.validity.reasons)}
      </div>`
    }
  `;
}

function validity(drill: DrillResult): Markup {
  if (!drill.validity.valid) return html`<p>No:</p>${evidenceList(drill.validity.reasons)}`;
  return html`<p>Yes.</p>${drill.validity.reasons.length > 0 && evidenceList(drill.validity.reasons)}`;
}

function steps(drill: DrillResult, frame: TimeFrame): Markup {
  return html`<ol class="steps">
    ${drill.steps.map(
      (step) =>
        html`<li><span class="when">${relativeSeconds(step.atMs - frame.zeroMs)}</span> ${step.text}</li>`,
    )}
  </ol>`;
}

function nothing(text: string): Markup {
  return html`<p class="quiet">${text}</p>`;
}
