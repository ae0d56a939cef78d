/** The report as a browser shows it: in headless chromium, from a file, with no network to reach. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { Report } from '../../reports/model.ts';
import { hostileReport, sampleReport } from '../fixtures/report.ts';
import { matrixReport } from '../fixtures/report-matrix.ts';
import { browserPath, launch, type Opened, open, type Stored, stored, unfold } from './browser.ts';
import { CUT_OFF, heightsOfParts, STICKING_OUT, unfolded, wordsWithLines } from './in-page.ts';

const WIDTHS = [360, 1440];

const HOSTILE = [
  '<script>document.title = "caught"; alert(1)</script>',
  '"><img src="http://127.0.0.1:9/x" onerror="alert(1)">',
  '</style></title></textarea></svg></pre><iframe src="file:///etc/passwd"></iframe>',
  '</script><script>alert(1)</script>',
  '\u0000\u202egnp.exe\ud800',
  'W'.repeat(900),
];

describe('the HTML report in a browser', function () {
  this.timeout(180_000);
  let browser: Browser;
  let many: Stored;
  const reports: Stored[] = [];
  const keep = (report: Report): Stored => {
    const one = stored(report);
    reports.push(one);
    return one;
  };

  before(async function () {
    // Where there is no browser yet, one is fetched.
    this.timeout(900_000);
    const found = await browserPath();
    if ('missing' in found) {
      process.stderr.write(`\nThe browser tests are skipped: ${found.missing}\n`);
      this.skip();
    }
    browser = await launch(found.path);
    many = keep(matrixReport(12));
  });

  after(async () => {
    for (const report of reports) report.remove();
    await browser?.close();
  });

  const using = async (
    url: string,
    work: (opened: Opened) => Promise<void>,
    options: Parameters<typeof open>[2] = {},
  ): Promise<void> => {
    const opened = await open(browser, url, options);
    try {
      await work(opened);
    } finally {
      await opened.page.context().close();
    }
  };

  it('opens from a file without a complaint and asks for nothing else', async () => {
    await using(many.url, async ({ page, complaints, requests }) => {
      expect(await page.title()).to.match(/Not as expected/);
      expect(await page.locator('h1').textContent()).to.include('differing-drill');
      await unfold(page);
      expect(complaints).to.deep.equal([]);
      expect(requests).to.deep.equal([many.url]);
    });
  });

  it('shows the verdict, what changed, what differs and the slowest switchover before any scrolling', async () => {
    await using(many.url, async ({ page }) => {
      for (const words of ['Since last time', 'What is not as expected', 'The slowest switchover']) {
        const box = await page.getByRole('heading', { name: words }).boundingBox();
        expect(box?.y, words).to.be.within(0, 800);
      }
    });
  });

  it('follows every link to something that can be seen', async () => {
    await using(many.url, async ({ page }) => {
      const links = await hrefs(page);
      const inside = [...new Set(links.filter((href) => href.startsWith('#')))];
      expect(inside.length).to.be.greaterThan(20);
      for (const href of inside) {
        await page.evaluate(`location.hash = ${JSON.stringify(href)}`);
        await page
          .locator(`[id=${JSON.stringify(href.slice(1))}]`)
          .waitFor({ state: 'visible', timeout: 5000 });
      }
      const files = links.filter((href) => !href.startsWith('#'));
      expect(files).to.not.be.empty;
      for (const file of files)
        expect(existsSync(fileURLToPath(new URL(file, many.url))), file).to.equal(true);
    });
  });

  it('a click in the matrix opens the drill', async () => {
    await using(many.url, async ({ page }) => {
      const group = page.locator('details.group').nth(2);
      expect(await group.getAttribute('open')).to.equal(null);
      await page.locator('.matrix a').nth(2).click();
      await group.locator('.picture').first().waitFor({ state: 'visible' });
    });
  });

  for (const javaScriptEnabled of [true, false]) {
    it(`filters claims ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      await using(
        many.url,
        async ({ page }) => {
          const choices = page.locator('.filters label');
          expect(await choices.count()).to.be.greaterThan(3);
          for (const choice of await choices.all()) {
            const wanted = Number(await choice.locator('.quiet').textContent());
            await choice.locator('input').check();
            if (!javaScriptEnabled) await page.locator('.unexercised-claims').evaluateAll(unfolded);
            const kind = await choice.locator('input').getAttribute('value');
            if (kind === 'all') await page.locator('.unexercised-claims').evaluateAll(unfolded);
            expect(await page.locator('.ledger [data-kind]:visible').count(), `${kind}`).to.equal(wanted);
          }
        },
        { javaScriptEnabled },
      );
    });
  }

  it('finds text, and everything again after Escape', async () => {
    await using(many.url, async ({ page }) => {
      const rows = page.locator('#matrix tbody tr:visible');
      const all = await rows.count();
      await page.keyboard.press('/');
      await page.keyboard.type('differing');
      expect(await rows.count()).to.be.within(1, all - 1);
      expect(await page.locator('#found').textContent()).to.match(/^\d+ of \d+ claims and drills$/);
      await page.keyboard.press('Escape');
      expect(await rows.count()).to.equal(all);
    });
  });

  it('walks by keyboard through what differs', async () => {
    await using(many.url, async ({ page }) => {
      const focused = new Set<string>();
      for (let press = 0; press < 4; press += 1) {
        await page.keyboard.press('n');
        focused.add(await page.evaluate<string>('document.activeElement.outerHTML.slice(0, 200)'));
      }
      expect(focused.size).to.equal(4);
      for (const place of focused) expect(place).to.not.match(/^<body/);
    });
  });

  it('reads without script', async () => {
    await using(
      many.url,
      async ({ page }) => {
        expect(await page.locator('h1').isVisible()).to.equal(true);
        expect(await page.locator('.search').isVisible()).to.equal(false);
        expect(await page.locator('.differing-group .picture').first().isVisible()).to.equal(true);
      },
      { javaScriptEnabled: false },
    );
  });

  for (const width of WIDTHS) {
    it(`is no wider than ${width} px, with everything unfolded`, async () => {
      await using(
        many.url,
        async ({ page }) => {
          await unfold(page);
          expect(await page.evaluate<number>('document.documentElement.scrollWidth')).to.be.at.most(width);
          expect(await page.evaluate<string[]>(STICKING_OUT)).to.deep.equal([]);
        },
        { viewport: { width, height: 800 } },
      );
    });
  }

  for (const width of [1000, ...WIDTHS]) {
    it(`breaks no name of a phase within a word at ${width} px`, async () => {
      await using(
        many.url,
        async ({ page }) => {
          const words = await page.locator('.shares th').evaluateAll(wordsWithLines);
          expect(words.map(([word]) => word)).to.include.members(['membership', 'unexplained']);
          for (const [word, lines] of words) expect(lines, word).to.equal(1);
        },
        { viewport: { width, height: 800 } },
      );
    });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has nothing serious for axe in ${colorScheme}`, async () => {
      const few = keep(matrixReport(2));
      await using(
        few.url,
        async ({ page }) => {
          await unfold(page);
          await page.evaluate(axe.source);
          const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
          const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
          expect(
            serious.map(
              ({ id, nodes }) =>
                `${id}: ${nodes.length} times, first ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
            ),
          ).to.deep.equal([]);
        },
        { colorScheme },
      );
    });
  }

  it('has another ground in the dark', async () => {
    const grounds = new Set<string>();
    for (const colorScheme of ['light', 'dark'] as const) {
      await using(
        many.url,
        async ({ page }) => {
          grounds.add(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor'));
        },
        { colorScheme },
      );
    }
    expect(grounds.size).to.equal(2);
  });

  for (const hostile of HOSTILE) {
    it(`keeps ${JSON.stringify(hostile.slice(0, 30))} as text`, async () => {
      const report = keep({ ...hostileReport(hostile, { logLines: 30 }), changes: matrixReport(2).changes });
      await using(report.url, async ({ page, complaints, requests }) => {
        await unfold(page);
        expect(complaints).to.deep.equal([]);
        expect(requests).to.deep.equal([report.url]);
        expect(await page.title()).to.not.equal('caught');
        expect(await page.locator('script').count()).to.equal(1);
        expect(await page.locator('img, iframe, object, embed, form, video, link').count()).to.equal(0);
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).to.be.at.most(1440);
        await page.setViewportSize({ width: 360, height: 800 });
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).to.be.at.most(360);
      });
    });
  }

  it('prints with nothing cut off', async () => {
    await using(
      many.url,
      async ({ page }) => {
        await page.emulateMedia({ media: 'print' });
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).to.be.at.most(A4_PIXELS);
        expect(await page.evaluate<string[]>(STICKING_OUT)).to.deep.equal([]);
        expect(await page.evaluate<string[]>(CUT_OFF)).to.deep.equal([]);
        const heights = await page.locator('.picture:visible').evaluateAll(heightsOfParts);
        expect(heights).to.not.be.empty;
        // Names stand beside what they name only if both are shrunk alike.
        for (const [names = 0, plot = 0] of heights) expect(names).to.be.closeTo(plot, 1);
        expect((await page.pdf({ format: 'A4' })).length).to.be.greaterThan(10_000);
      },
      { viewport: { width: A4_PIXELS, height: 1000 } },
    );
  });

  it('says that no drill was run, and is a page all the same', async () => {
    const none = keep({ ...sampleReport(), drills: [], claims: [], exitCode: 2, sentence: 'no drill ran.' });
    await using(none.url, async ({ page, complaints }) => {
      expect(complaints).to.deep.equal([]);
      expect(await page.locator('main').textContent()).to.match(/No drill was run/);
      for (const href of await hrefs(page)) expect(await page.locator(href).count(), href).to.equal(1);
    });
  });
});

/** The width of A4 less usual margins, at 96 pixels an inch. */
const A4_PIXELS = 718;

async function hrefs(page: Page): Promise<string[]> {
  return await page.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
}
