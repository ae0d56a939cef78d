/** What of a block went otherwise than the document says, by how it ended and what it showed. Pure. */
import type { TypedEnd } from '../../images/common/protocol.ts';
import { type Block, matches, patternInWords } from './document.ts';

export interface BlockEnd {
  exit: number | null;
  output: string;
  ended: TypedEnd;
  asked?: string;
  unasked?: readonly string[];
}

type Promised = Pick<Block, 'exit' | 'expect' | 'notExpect' | 'timeoutMs'>;

/** In words; none where all went as the document says. */
export function deviationsOf(block: Promised, end: BlockEnd): string[] {
  const { ended, exit, output, asked = '', unasked = [] } = end;
  if (ended === 'node-down') return ['the node is down'];
  if (ended === 'waiting') return [waited(asked, unasked)];
  if (ended === 'timeout')
    return [
      `it had not ended after ${seconds(block.timeoutMs)}, and was ended; the last that it showed: ${lastLine(output)}`,
    ];
  const said = lastLine(output);
  return [
    ...(block.exit === null || block.exit.includes(exit ?? -1)
      ? []
      : [`exit status ${exit} instead of ${block.exit.join(' or ')}: ${said}`]),
    ...block.expect
      .filter((pattern) => !matches(pattern, output))
      .map((pattern) => `${patternInWords(pattern)} is not in its output, which ends with: ${said}`),
    ...block.notExpect
      .filter((pattern) => matches(pattern, output))
      .map((pattern) => `${patternInWords(pattern)} is in its output`),
    ...(unasked.length === 0 ? [] : [`it never asked ${unasked.map((one) => `"${one}"`).join(', ')}`]),
  ];
}

function waited(asked: string, unasked: readonly string[]): string {
  const shown = asked === '' ? 'it shows no prompt' : `it asks "${asked}"`;
  const next = unasked[0];
  return next === undefined
    ? `it waits for input that the document does not give: ${shown}`
    : `it waits for input: ${shown}, and the next answer is for "${next}"`;
}

const LONGEST_QUOTE = 300;

function lastLine(output: string): string {
  const lines = output
    .trimEnd()
    .split('\n')
    .filter((line) => line.trim() !== '');
  const text = lines.slice(-3).join(' / ').trim();
  if (text === '') return 'it printed nothing';
  return text.length > LONGEST_QUOTE ? `…${text.slice(-LONGEST_QUOTE)}` : text;
}

export function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 1 : 0))} s`;
}
