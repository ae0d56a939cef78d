/** The colours by meaning, light and dark; text colours reach a contrast of 4.5:1 on their ground. */
const LIGHT = `
--page: #ffffff; --panel: #f5f6f8; --text: #1b1f24; --quiet: #59616b; --rule: #e1e4e8; --strong-rule: #b6bcc4; --link: #0b5cad;
--upheld: #176f3d; --refuted: #b3211b; --refuted-ground: #fdf1f0; --inconclusive: #8a5500;
--fault: #b3211b; --shade: rgb(179 33 27 / 0.07); --grid: #eceef1;
--ok: #7fa6cc; --failed: #b3211b; --failed-ground: #f6cfcc; --unknown: #8a5500; --unknown-ground: #f7dfb0;
--up: #8a939e; --process: #2c6cab; --address: #107a72; --mount: #7148a8; --phase: #4a5a70; --median: #14508c; --slowest: #9a6a00;
`;

const DARK = `
--page: #14171b; --panel: #1d2126; --text: #e4e7eb; --quiet: #9aa4b0; --rule: #2d333a; --strong-rule: #545d68; --link: #79b4f2;
--upheld: #5fc48b; --refuted: #ff8178; --refuted-ground: #2c1a1a; --inconclusive: #e2ae55;
--fault: #ff8178; --shade: rgb(255 129 120 / 0.11); --grid: #23282e;
--ok: #46719c; --failed: #ff8178; --failed-ground: #5a2523; --unknown: #e2ae55; --unknown-ground: #4d3b17;
--up: #7b8592; --process: #6aa9e6; --address: #4fc3b8; --mount: #b595e6; --phase: #93a4bb; --median: #9fccf8; --slowest: #d9b25f;
`;

export const COLOURS = `:root { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
@media print { :root { ${LIGHT} } }
`;
