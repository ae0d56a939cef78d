/** How the page looks: a constant, so that it is the one thing that may be put into the page unescaped. */
import { RUNBOOK } from './runbook-stylesheet.ts';
import { COLOURS } from './stylesheet-colours.ts';
import { FIRST } from './stylesheet-first.ts';
import { PICTURE } from './stylesheet-picture.ts';

const TEXT = `
*, *::before, *::after { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
main { max-width: 1248px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: clamp(1.45rem, 1.1rem + 1.6vw, 2.15rem); line-height: 1.22; letter-spacing: -0.015em;
  font-weight: 650; margin: 0 0 10px; max-width: 54ch; text-wrap: balance; }
h2 { font-size: 1.3rem; line-height: 1.3; font-weight: 650; margin: 44px 0 8px; }
h3 { font-size: 1.05rem; font-weight: 650; margin: 36px 0 8px; }
h4 { font-size: 0.95rem; font-weight: 600; margin: 18px 0 6px; }
p { margin: 0 0 10px; max-width: 75ch; }
a { color: var(--link); text-underline-offset: 2px; }
code, .mono, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.9em; }
.quiet { color: var(--quiet); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--page); padding: 4px 8px; }
`;

const HEADER = `
header { border-left: 5px solid var(--tone); padding: 2px 0 2px 20px; }
header.good, .good { --tone: var(--upheld); }
header.bad, .bad { --tone: var(--refuted); }
header.unsure, .unsure { --tone: var(--inconclusive); }
.outcome { color: var(--tone); font-weight: 650; margin: 0 0 4px; }
.outcome .symbol { display: inline-block; min-width: 1em; }
header p { max-width: none; } header p:last-child { margin-bottom: 0; }
.group-heading { margin: 36px 0 18px; }
.group-heading h2 { margin: 0 0 4px; max-width: 60ch; }
.group-verdict .meaning { display: inline; margin-left: 0.6em; }
nav { margin-top: 32px; }
.metrics dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(172px, 1fr)); margin: 0;
  border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
.metrics dl > div { padding: 14px 18px 14px 0; }
.metrics dt { font-size: 0.87rem; color: var(--quiet); }
.metrics dd { margin: 0; }
.metrics .value { font-size: 1.3rem; line-height: 1.35; font-weight: 600; letter-spacing: -0.01em; }
.metrics .headline .value { font-size: 1.9rem; line-height: 1.15; white-space: nowrap; }
.metrics .harm .value { color: var(--refuted); }
.metrics .note { font-size: 0.83rem; line-height: 1.4; color: var(--quiet); margin-top: 2px; }
.repeat { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; max-width: none; margin: 12px 0 0; }
.repeat span { font-size: 0.87rem; color: var(--quiet); }
.repeat code { background: var(--panel); border: 1px solid var(--rule); border-radius: 4px; padding: 3px 9px; user-select: all; }
.notice { border: 1px solid var(--tone, var(--rule)); border-left-width: 5px; border-radius: 4px; padding: 8px 14px; margin: 16px 0; max-width: none; }
`;

const TABLES = `
.scroll { position: relative; overflow-x: auto; margin: 0 0 18px; }
table { border-collapse: collapse; width: 100%; font-size: 0.93rem; }
caption { text-align: left; color: var(--quiet); font-size: 0.87rem; padding: 0 0 4px; }
th, td { text-align: left; vertical-align: top; padding: 7px 18px 7px 0; border-bottom: 1px solid var(--rule); min-width: 4.5em; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: 0.83rem; font-weight: 500; color: var(--quiet); border-bottom-color: var(--strong-rule); white-space: nowrap; }
tbody th { font-weight: 500; min-width: 9em; }
td.quiet { min-width: 29em; }
.number { text-align: right; white-space: nowrap; }
.meaning { display: block; font-weight: 400; font-size: 0.83rem; color: var(--quiet); }
.evidence { margin: 0; padding: 0; list-style: none; min-width: 15em; }
.evidence li { padding: 0 0 2px; }
tr.differing > * { background: var(--refuted-ground); }
tr.differing > :first-child { box-shadow: inset 3px 0 var(--refuted); padding-left: 12px; }
tr.total > * { font-weight: 650; border-bottom: 0; border-top: 1px solid var(--strong-rule); }
tr.rest th { font-style: italic; }
tr.strong th { font-weight: 650; }
.fold > summary { padding: 0; } .fold > summary .quiet { white-space: nowrap; } .fold[open] > .evidence { margin-top: 6px; padding-left: 12px; border-left: 2px solid var(--rule); }
.unexercised-claims li { padding: 3px 0; } .unexercised-claims li .quiet { display: block; }
.matrix { border-collapse: separate; border-spacing: 0; } .matrix thead th { white-space: normal; overflow-wrap: normal; vertical-align: bottom; } .matrix tbody th { position: sticky; left: 0; z-index: 1; background: var(--page); min-width: min(12.5em, 30vw); overflow-wrap: normal; padding-right: 10px; }
.matrix td { min-width: 5.2em; padding-right: 10px; } .matrix th, .matrix td { padding-top: 4px; padding-bottom: 4px; } .matrix tbody tr:hover > * { background: var(--panel); } .matrix .meaning { line-height: 1.35; white-space: nowrap; } .matrix a.verdict { text-decoration: none; } .matrix a.verdict:hover { text-decoration: underline; }
.cell .differs { display: block; font-size: 0.87rem; }
.verdict { white-space: nowrap; font-weight: 550; }
.verdict::before { display: inline-block; width: 1.25em; font-weight: 700; }
.upheld { color: var(--upheld); } .refuted { color: var(--refuted); }
.inconclusive { color: var(--inconclusive); } .unexercised { color: var(--quiet); } .verdict.differs { color: var(--refuted); } .verdict.calm { color: var(--text); }
.upheld::before { content: "✓"; content: "✓" / ""; } .refuted::before { content: "✗"; content: "✗" / ""; }
.inconclusive::before { content: "?"; content: "?" / ""; } .unexercised::before { content: "–"; content: "–" / ""; }
.differs { color: var(--refuted); font-weight: 600; }
.bar-cell { width: 45%; } .bar { display: block; height: 10px; margin-top: 6px; background: var(--ok); min-width: 1px; }
.strip-cell { width: 560px; min-width: 560px; vertical-align: middle; padding-top: 2px; padding-bottom: 2px; }
`;

const PARTS = `
details > summary { cursor: pointer; }
details.group { border-top: 1px solid var(--strong-rule); }
details.group > summary { padding: 12px 0; }
.group-name { font-weight: 650; font-size: 1.1rem; margin-right: 10px; }
details.repetition { border-top: 1px solid var(--rule); }
details.repetition > summary { padding: 8px 0; font-weight: 550; }
details.repetition[open] { padding-bottom: 32px; }
.words { margin: 6px 0; font-size: 0.93rem; } .words summary { color: var(--quiet); }
.steps, .words ol { list-style: none; margin: 6px 0; padding: 0; }
.steps li, .words li { display: grid; grid-template-columns: 6.5em 1fr; gap: 14px; padding: 2px 0; }
.log i, .steps i, .words i { color: var(--quiet); font-style: normal; } .steps i, .words i { text-align: right; white-space: nowrap; }
details.log { border-bottom: 1px solid var(--rule); } .log > summary { padding: 6px 0; }
.log a { display: inline-block; font-size: 0.87rem; margin: 0 0 6px; } .log summary .quiet { margin-left: 10px; font-size: 0.87rem; }
.log pre { margin: 0 0 14px; padding: 10px 14px; background: var(--panel); border-radius: 4px; max-height: 34em;
  overflow: auto; line-height: 1.5; font-size: 0.8rem; }
.fault-separator { display: flex; align-items: center; gap: 12px; color: var(--fault); font-weight: 650; margin: 4px 0; white-space: pre; }
.fault-separator::before, .fault-separator::after { content: ""; flex: 1; border-top: 2px solid var(--fault); min-width: 24px; }
.facts dl { margin: 0 0 24px; }
.facts dl > div, .glossary > div { display: grid; grid-template-columns: minmax(9em, 14em) 1fr; gap: 4px 18px; padding: 4px 0; }
.facts dt { color: var(--quiet); } .facts dd, .glossary dd { margin: 0; }
footer { margin-top: 48px; border-top: 1px solid var(--rule); font-size: 0.9rem; } footer h2 { font-size: 1rem; margin-top: 20px; }
.glossary { margin: 0; }
@media (max-width: 640px) {
  main { padding: 20px 16px 48px; } header { padding-left: 14px; }
  .metrics dl { grid-template-columns: 1fr 1fr; } .metrics dl > .headline { grid-column: 1 / -1; padding-bottom: 0; }
  .facts dl > div, .glossary > div { grid-template-columns: 1fr; gap: 0; }
  table.judged, .judged tbody, .judged tr, .judged th, .judged td { display: block; width: auto; }
  .judged caption { display: block; } .judged thead { display: none; } .judged th, .judged td { border: 0; padding: 0 0 4px; } .judged tr { border-bottom: 1px solid var(--rule); padding: 8px 0; }
}
@media print {
  body { font-size: 9.5pt; } main { max-width: none; padding: 0; }
  .logs, .words, .skip { display: none; } .scroll { overflow: visible; }
  .scroll table { font-size: 8pt; } .scroll table thead th { white-space: normal; } .scroll table tbody th, .scroll table tbody td, .scroll table thead th { min-width: 0; padding-right: 8px; }
  .scroll table td.strip-cell { width: 45%; } section { break-inside: auto; } tr, .picture, .metrics { break-inside: avoid; } h2, h3 { break-after: avoid; }
}
`;

export const STYLESHEET = COLOURS + TEXT + HEADER + TABLES + PARTS + FIRST + PICTURE + RUNBOOK;
