/** From a document's bytes to its front matter and fenced blocks, each with its place. Pure. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { frontmatter } from 'micromark-extension-frontmatter';
import type { Place, Problem } from './document.ts';

export interface Fence extends Place {
  /** First word behind the fence, in small letters. */
  language: string;
  /** From the opening brace to the end of the line; empty where there is none. */
  braces: string;
  bracesColumn: number;
  /** What stands between language and braces: nothing, in a document that is in order. */
  between: string;
  text: string;
  closed: boolean;
}

export interface Markdown {
  /** Its text, which begins in line 2; null where the document has none. */
  frontMatter: string | null;
  fences: Fence[];
}

/** What a tree of Markdown consists of, as far as it matters here. */
interface Tree {
  type: string;
  value?: string;
  children?: Tree[];
  position?:
    | { start: { line: number; column: number; offset?: number }; end: { offset?: number } }
    | undefined;
}

export function readMarkdown(text: string): Markdown {
  const tree = fromMarkdown(text, {
    extensions: [frontmatter(['yaml'])],
    mdastExtensions: [frontmatterFromMarkdown(['yaml'])],
  }) as Tree;
  const [first] = tree.children ?? [];
  return {
    frontMatter: first?.type === 'yaml' ? (first.value ?? '') : null,
    fences: nodesOf(tree).flatMap((node) => fenceOf(node, text)),
  };
}

function nodesOf(tree: Tree): Tree[] {
  return [tree, ...(tree.children ?? []).flatMap(nodesOf)];
}

/** The parser's own reading of the line behind the fence has lost its backslashes, so the source is read. */
function fenceOf({ type, value = '', position }: Tree, source: string): Fence[] {
  if (type !== 'code' || position === undefined) return [];
  const { line, column, offset = 0 } = position.start;
  const whole = source.slice(offset, position.end.offset);
  const opening = whole.split(/\r?\n/, 1)[0] ?? '';
  const [mark = ''] = /^(`{3,}|~{3,})/.exec(opening) ?? [];
  if (mark === '') return [];
  const [, language = '', between = '', braces = ''] =
    /^\s*([^\s{]*)([^{]*)(\{.*)?$/.exec(opening.slice(mark.length)) ?? [];
  const last = whole.split('\n').at(-1)?.trim() ?? '';
  return [
    {
      line,
      column,
      language: language.toLowerCase(),
      braces: braces.trimEnd(),
      bracesColumn: column + opening.length - braces.length,
      between: between.trim(),
      text: value,
      closed:
        whole.includes('\n') &&
        last.endsWith(mark) &&
        new RegExp(`[${mark[0]}]{${mark.length},}$`).test(last),
    },
  ];
}

/** A document as text; what is not UTF-8 is said with its place. */
export function decoded(bytes: Uint8Array): { text: string } | { problem: Problem } {
  const start = [...bytes.subarray(0, 2)].map((byte) => byte.toString(16)).join('');
  if (start === 'fffe' || start === 'feff')
    return { problem: { line: 1, column: 1, message: 'this is UTF-16: save the document as UTF-8' } };
  let [from, line] = [0, 1];
  while (from <= bytes.length) {
    const end = bytes.indexOf(10, from);
    const piece = bytes.subarray(from, end < 0 ? bytes.length : end);
    try {
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(piece);
    } catch {
      const column = new TextDecoder('utf-8').decode(piece).indexOf('\uFFFD') + 1;
      const message = 'this is not UTF-8, perhaps Latin-1: save the document as UTF-8';
      return { problem: { line, column: Math.max(1, column), message } };
    }
    if (end < 0) break;
    from = end + 1;
    line += 1;
  }
  return { text: new TextDecoder('utf-8').decode(bytes) };
}
