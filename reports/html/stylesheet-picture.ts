/** How the pictures look. Sizes in pixels: text in a picture keeps its size, a narrow screen scrolls it sideways. */
import { NAMES_WIDTH, PLOT_WIDTH } from './picture/band.ts';

export const PICTURE = `
.picture { display: flex; overflow-x: auto; position: relative; margin: 4px 0 10px; scroll-padding-inline-start: 150px; }
.picture svg { display: block; flex: none; }
.picture .names { position: sticky; left: 0; z-index: 1; background: var(--page); }
.plot { position: relative; flex: none; }
.start-here { position: absolute; top: 0; width: 1px; height: 1px; scroll-initial-target: nearest; }
.patterns { position: absolute; }
.sideways { display: none; font-size: 0.83rem; margin: 0; }
@media (max-width: 1240px) { .sideways { display: block; } }
svg text { font-size: 12px; fill: var(--text); }
svg .quiet, svg .tick { fill: var(--quiet); }
svg .tick { font-size: 11px; }
.scale text { fill: var(--quiet); font-size: 11px; text-anchor: end; }
.ticks text { fill: var(--quiet); font-size: 11px; text-anchor: middle; } .ticks .zero { fill: var(--fault); font-weight: 650; paint-order: stroke; stroke: var(--page); stroke-width: 6px; }
svg .e { text-anchor: end; } svg .f { fill: var(--fault); font-weight: 650; }
svg .part { font-size: 13px; font-weight: 650; } svg .lane-name { font-weight: 600; }
svg .rule { stroke: var(--rule); } svg .base { stroke: var(--strong-rule); fill: none; } svg .grid { stroke: var(--grid); fill: none; }
.span { stroke-width: 1; fill-opacity: 0.17; }
.span.up { fill: var(--up); stroke: var(--up); }
.span.process { fill: var(--process); stroke: var(--process); }
.span.address { fill: var(--address); stroke: var(--address); }
.span.mount { fill: var(--mount); stroke: var(--mount); }
.span.phase { fill: var(--phase); stroke: var(--phase); fill-opacity: 0.6; }
.span.outage { fill: url(#hatch-failed); stroke: var(--failed); fill-opacity: 1; }
.label-ground { fill: var(--page); }
.span.unexplained { fill: url(#hatch-rest); stroke: var(--phase); fill-opacity: 1; stroke-dasharray: 3 2; }
.span.served { fill: var(--ok); stroke: var(--ok); fill-opacity: 0.4; }
.span.method { fill: var(--phase); stroke: var(--phase); fill-opacity: 0.32; }
.mark { fill: var(--page); stroke: var(--text); stroke-width: 1.5; }
.mark.fault { stroke: var(--fault); stroke-width: 3; stroke-linecap: round; }
.plot text { paint-order: stroke; stroke: var(--page); stroke-width: 3px; stroke-linejoin: round; }
.outage-shade { fill: var(--shade); } .fault-line { stroke: var(--fault); stroke-width: 1.5; stroke-dasharray: 5 3; }
.fault-name { fill: var(--fault); font-weight: 650; }
.bracket path { stroke: var(--text); stroke-width: 1.2; fill: none; } .bracket text { font-weight: 650; }
.window { fill: none; stroke: var(--text); stroke-width: 1.2; } .window-link { fill: none; stroke: var(--strong-rule); stroke-dasharray: 2 3; }
svg .ok { fill: var(--ok); } svg .failed { fill: url(#hatch-failed); } svg .indeterminate { fill: url(#hatch-unknown); }
#hatch-failed .ground { fill: var(--failed-ground); } #hatch-failed .stroke { fill: var(--failed); }
#hatch-unknown .ground { fill: var(--unknown-ground); } #hatch-unknown .stroke { fill: var(--unknown); }
#hatch-rest .ground { fill: var(--page); } #hatch-rest .stroke { fill: var(--phase); }
svg .median { stroke: var(--median); stroke-width: 1.6; fill: none; }
svg .slowest { stroke: var(--slowest); stroke-width: 3.6; stroke-linecap: round; fill: none; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 6px; padding: 0; font-size: 0.83rem; color: var(--quiet); }
.legend .swatch { vertical-align: -1px; margin-right: 5px; }
.strip { display: block; max-width: none; } .strip .median { stroke-width: 2; }
.dot { fill: var(--ok); stroke: var(--page); stroke-width: 0.8; } .dot.elsewhere { fill: var(--page); stroke: var(--quiet); stroke-width: 1.4; } .dot.differing { fill: var(--refuted); } .dot.censored { fill: var(--unknown); }
.strip .scale { font-size: 10.5px; }
@media print { .sideways, .start-here { display: none; } .picture { overflow: visible; } .picture .names { position: static; width: calc(100% * ${NAMES_WIDTH} / ${NAMES_WIDTH + PLOT_WIDTH}); height: auto; }
  .plot { width: calc(100% * ${PLOT_WIDTH} / ${NAMES_WIDTH + PLOT_WIDTH}); flex: initial; } .plot > svg { width: 100%; height: auto; } .strip { max-width: 100%; height: auto; } }
`;
