/** What tests look up inside of a page. It runs there, so that nothing from outside of each function is in reach. */

export const unfolded = (all: unknown[]): void => {
  for (const one of all) (one as { open: boolean }).open = true;
};

export const heightsOfParts = (all: unknown[]): number[][] =>
  (
    all as { querySelectorAll(words: string): Iterable<{ getBoundingClientRect(): { height: number } }> }[]
  ).map((picture) =>
    [...picture.querySelectorAll(':scope > svg, .plot > svg')].map(
      (one) => one.getBoundingClientRect().height,
    ),
  );

interface Texts {
  ownerDocument: {
    createRange(): {
      setStart(node: unknown, at: number): void;
      setEnd(node: unknown, at: number): void;
      getClientRects(): { length: number };
    };
  };
  firstChild: unknown;
  textContent: string;
}

/** Each word of elements that have text alone, and on how many lines it stands. */
export const wordsWithLines = (all: unknown[]): [string, number][] =>
  (all as Texts[]).flatMap(({ ownerDocument, firstChild, textContent }) =>
    [...textContent.matchAll(/\S+/g)].map(({ 0: word, index }): [string, number] => {
      const range = ownerDocument.createRange();
      range.setStart(firstChild, index);
      range.setEnd(firstChild, index + word.length);
      return [word, range.getClientRects().length];
    }),
  );

/** What reaches beyond the page and lies in no box that scrolls. */
export const STICKING_OUT = `(() => {
  const scrolls = (one) => one && (/auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  return [...document.querySelectorAll('main *:not(svg *)')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one.parentElement))
    .map((one) => one.outerHTML.slice(0, 120));
})()`;

/** Boxes that would scroll on a screen; paper does not. */
export const CUT_OFF = `[...document.querySelectorAll('main *')]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
  .filter((one) => /auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX))
  .map((one) => one.outerHTML.slice(0, 120))`;
