/** Fill patterns, once a page, so that what failed is told by its hatching and not by its colour alone. */
import { html, type Markup } from '../markup.ts';

export function patterns(): Markup {
  return html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
    <defs>
      <pattern id="hatch-failed" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="ground" width="5" height="5" /><rect class="stroke" width="1.9" height="5" />
      </pattern>
      <pattern id="hatch-unknown" width="5" height="5" patternUnits="userSpaceOnUse">
        <rect class="ground" width="5" height="5" /><circle class="stroke" cx="2.5" cy="2.5" r="1.5" />
      </pattern>
      <pattern id="hatch-rest" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <rect class="ground" width="6" height="6" /><rect class="stroke" width="1.6" height="6" />
      </pattern>
    </defs>
  </svg>`;
}
