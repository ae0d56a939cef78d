/** Text in columns, as Solaris commands lay it out: a heading, titles underlined, and rows under a label. Pure. */

export interface Table {
  heading: string;
  /** In front of every row. */
  label: string;
  titles: string[];
  rows: string[][];
}

export function layOut({ heading, label, titles, rows }: Table): string {
  const widths = titles.map((title, at) =>
    Math.max(title.length, at === 0 ? 16 : 0, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const line = (before: string, cells: string[]) =>
    `${before.padEnd(label.length + 4)}${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd();
  const underlines = titles.map((title) => '-'.repeat(title.length));
  return [
    `-- ${heading} --`,
    '',
    line('', titles),
    line('', underlines),
    ...rows.map((row) => line(`  ${label}`, row)),
  ].join('\n');
}
