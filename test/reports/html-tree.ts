/** Reads a rendered page as a browser would, for assertions on elements instead of on text. */
import { expect } from 'chai';
import { type DefaultTreeAdapterTypes, parse, defaultTreeAdapter as tree } from 'parse5';

export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

export interface Page {
  elements: Element[];
  problems: string[];
}

export function parsePage(text: string): Page {
  const problems: string[] = [];
  const document = parse(text, { onParseError: (error) => problems.push(error.code) });
  return { elements: elementsIn(document), problems };
}

export function elementsIn(node: Node): Element[] {
  if (!('childNodes' in node)) return [];
  return node.childNodes.flatMap((child) => [
    ...(tree.isElementNode(child) ? [child] : []),
    ...elementsIn(child),
  ]);
}

export function named(elements: readonly Element[], name: string): Element[] {
  return elements.filter((element) => element.tagName === name);
}

export function withClass(elements: readonly Element[], name: string): Element[] {
  return elements.filter((element) => (attribute(element, 'class') ?? '').split(' ').includes(name));
}

export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value;
}

export function textOf(node: Node): string {
  if (tree.isTextNode(node)) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

const BLOCKS = new Set(['dt', 'dd', 'td', 'th', 'li', 'div', 'p', 'tr', 'summary']);

/** Text as a reader sees it: blocks are apart, and any run of white space is one space. */
export function plain(node: Node): string {
  return spaced(node).replace(/\s+/g, ' ').trim();
}

function spaced(node: Node): string {
  if (tree.isTextNode(node)) return node.value;
  const inner = 'childNodes' in node ? node.childNodes.map(spaced).join('') : '';
  return tree.isElementNode(node) && BLOCKS.has(node.tagName) ? ` ${inner} ` : inner;
}

/** The one element that there must be. */
export function only(elements: readonly Element[]): Element {
  expect(elements).to.have.length(1);
  const [element] = elements;
  if (!element) throw new Error('no element');
  return element;
}
