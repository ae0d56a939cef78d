/** What is typed of a block. Pure. */
import type { Block } from './document.ts';

const END = 'END_OF_FILE';

export function scriptOf({ text, file }: Pick<Block, 'text' | 'file'>): string {
  if (file === null) return text;
  // A word that is no line of the text itself.
  let end = END;
  while (text.split('\n').includes(end)) end += '_';
  return `cat ${file.append ? '>>' : '>'} ${quoted(file.path)} <<'${end}'\n${text}\n${end}`;
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
