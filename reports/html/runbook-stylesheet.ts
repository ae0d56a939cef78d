/** How certificates of procedures look. */
export const RUNBOOK = `
.certificate pre { margin: 4px 0 10px; padding: 8px 12px; background: var(--panel); border-radius: 4px; max-height: 26em; overflow: auto;
  font-size: 0.8rem; line-height: 1.5; font-weight: 400; white-space: pre-wrap; max-width: 68em; }
.certificate .typed { font-weight: 400; } .certificate .typed p { margin: 6px 0 2px; font-size: 0.83rem; }
.certificate tbody td, .certificate tbody th { padding-right: 14px; }
.certificate td:first-child.number { min-width: 2em; }
.picture .step-even { fill: var(--process); stroke: var(--process); } .picture .step-odd { fill: var(--address); stroke: var(--address); }
.picture .step-wrong { fill: var(--refuted-ground); stroke: var(--refuted); fill-opacity: 1; stroke-width: 1.5; } .picture .step-after { fill: none; stroke: var(--strong-rule); stroke-dasharray: 3 3; }
.certificate .evidence li { padding-bottom: 4px; }
.diff .added { color: var(--upheld); } .diff .taken { color: var(--refuted); }
.swatch-step, .swatch-outage, .swatch-wrong { display: inline-block; width: 14px; height: 10px; margin-right: 5px; border: 1px solid var(--process); background: var(--rule); }

.swatch-wrong { border-color: var(--refuted); background: var(--refuted-ground); } .swatch-outage { border-color: var(--failed); background: var(--failed-ground); }
`;
