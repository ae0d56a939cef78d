/** How the first screen and the controls of the page look. */
export const FIRST = `
h1.long { font-size: clamp(1.2rem, 1.05rem + 0.7vw, 1.5rem); max-width: 80ch; line-height: 1.3; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.tally { margin: 18px 0 14px; max-width: none; color: var(--quiet); display: flex; flex-wrap: wrap; gap: 2px 26px; font-size: 0.93rem; }
.first { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.6fr); grid-template-rows: auto 1fr; gap: 16px; align-items: start; }
.first > :nth-child(2) { grid-column: 2; grid-row: 1 / 3; }
@media (min-width: 861px) { .first:has(> .good) { grid-template-columns: repeat(3, minmax(0, 1fr)); } .first:has(> .good) > :nth-child(2) { grid-row: auto; } }
.lists { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(250px, 100%), 1fr)); gap: 0 28px; }
.panel { border: 1px solid var(--rule); border-top: 3px solid var(--tone, var(--strong-rule)); border-radius: 4px; padding: 14px 18px 10px; min-width: 0; }
.panel h2 { font-size: 1.05rem; margin: 0 0 8px; } .panel h3 { font-size: 0.87rem; font-weight: 550; color: var(--quiet); margin: 12px 0 4px; }
.panel p { margin-bottom: 8px; } .panel a { text-decoration-thickness: 1px; }
.plain { list-style: none; margin: 0 0 6px; padding: 0; } .plain li { padding: 5px 0; border-top: 1px solid var(--rule); font-size: 0.93rem; line-height: 1.4; } .plain li:first-child { border-top: 0; }
.figure { font-size: 1.3rem; letter-spacing: -0.01em; }
.slower { color: var(--refuted); font-weight: 600; } .faster { color: var(--upheld); font-weight: 600; }
.shares th, .shares td { padding: 3px 10px 3px 0; border: 0; min-width: 0; } .shares { table-layout: fixed; } .shares th { width: 8.6em; } .shares .number { width: 5.6em; } .shares .number:last-child { width: 3.4em; } .shares .bar-cell { width: auto; } .shares .bar { margin-top: 5px; background: var(--phase); }
.shares .bar.rest { background: repeating-linear-gradient(-45deg, var(--phase) 0 2px, var(--page) 2px 5px); outline: 1px dashed var(--phase); outline-offset: -1px; }
.contents { margin: 20px 0 0; padding: 8px 0; border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); display: flex; flex-wrap: wrap; gap: 6px 24px; align-items: baseline; }
.contents ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0; padding: 0; }
.search { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; margin-left: auto; font-size: 0.87rem; } .search[hidden] { display: none; }
input[type="search"] { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--strong-rule); border-radius: 4px; padding: 3px 8px; width: 15em; max-width: 100%; }
input[type="search"]::placeholder { color: var(--quiet); opacity: 1; }
kbd { font: inherit; border: 1px solid var(--strong-rule); border-radius: 3px; padding: 0 5px; color: var(--text); }
.filters { border: 0; margin: 0 0 14px; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 0.93rem; } .filters legend { float: left; margin-right: 18px; color: var(--quiet); padding: 0; }
.filters label { cursor: pointer; white-space: nowrap; } .filters input { accent-color: var(--link); margin: 0 3px 0 0; }
.unfound { display: none; }
${['upheld', 'refuted', 'inconclusive', 'unexercised', 'differing']
  .map(
    (kind) =>
      `.ledger:has(#show-${kind}:checked) [data-kind]:not([data-kind~="${kind}"]), .ledger:has(#show-${kind}:checked) .scroll:not(:has([data-kind~="${kind}"])), .ledger:has(#show-${kind}:checked) .unexercised-claims:not(:has([data-kind~="${kind}"])) { display: none; }`,
  )
  .join('\n')}
:target { scroll-margin-top: 12px; } tr:target > *, li:target { background: var(--panel); }
@media (max-width: 860px) { .first { grid-template-columns: minmax(0, 1fr); grid-template-rows: none; } .first > :nth-child(2) { grid-column: 1; grid-row: auto; } }
@media (max-width: 640px) { .search { margin-left: 0; } #search-help { display: none; } }
@media print { .contents, .filters { display: none; } .panel { break-inside: avoid; } }
`;
