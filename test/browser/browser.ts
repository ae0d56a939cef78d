/** A real browser for tests: Debian's chromium, found or installed, and never let out to a network. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { aptInstall, canInstall, programPath } from '../../harness/engine/install.ts';
import { messageOf } from '../../harness/errors.ts';
import { renderHtml } from '../../reports/html/render.ts';
import type { Report } from '../../reports/model.ts';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** Without them a browser talks to its maker of its own accord. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND',
];

const found = () => PROGRAMS.map((name) => programPath(name)).find((path) => path !== undefined);

/** The path of a browser, or why there is none. */
export async function browserPath(): Promise<{ path: string } | { missing: string }> {
  const here = found();
  if (here !== undefined) return { path: here };
  const way = 'install chromium (Debian: apt-get install chromium), then: npm run test:browser';
  if (!canInstall()) return { missing: `no browser is here (${PROGRAMS.join(', ')}): ${way}` };
  try {
    await aptInstall(['chromium'], 'the browser tests need it', (line) => process.stderr.write(`${line}\n`));
  } catch (error) {
    return { missing: `${messageOf(error)}; ${way}` };
  }
  const installed = found();
  return installed === undefined ? { missing: `apt-get installed no browser: ${way}` } : { path: installed };
}

export async function launch(path: string): Promise<Browser> {
  return await chromium.launch({ executablePath: path, args: FLAGS, chromiumSandbox: false });
}

/** A report as it lies in a run folder, its logs beside it. */
export interface Stored {
  url: string;
  folder: string;
  remove(): void;
}

export function stored(report: Report): Stored {
  const folder = mkdtempSync(join(tmpdir(), 'ha-drills-page-'));
  writeFileSync(join(folder, 'index.html'), renderHtml(report));
  for (const { file, lines } of report.drills.flatMap(({ logs }) => logs)) {
    // A hostile name is no name that a run could have given a file.
    if (!/^[\w./+-]{1,200}$/.test(file)) continue;
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), lines.map(({ text }) => text).join('\n'));
  }
  return {
    url: pathToFileURL(join(folder, 'index.html')).href,
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A page, and all that went wrong or out of it. */
export interface Opened {
  page: Page;
  /** What the console said, what a script threw, and dialogs that opened. */
  complaints: string[];
  requests: string[];
}

export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const opened: Opened = { page, complaints: [], requests: [] };
  page.on('console', (message) => opened.complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => opened.complaints.push(`thrown: ${error.message}`));
  page.on('dialog', (dialog) => {
    opened.complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => opened.requests.push(request.url()));
  await page.goto(url);
  return opened;
}

/** Everything that is folded away, unfolded. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
}
