/** Which answer is due, by what a program has printed since the last one. Pure but for what it remembers. */
import { stripVTControlCharacters } from 'node:util';
import type { Answer } from './document.ts';

/** What a terminal showed, as a text file has it. */
export function plainText(shown: string): string {
  return stripVTControlCharacters(shown).replace(/\r+\n/g, '\n').replaceAll('\r', '\n');
}

/** The last line, if it was left open, as a prompt is. */
export function openLine(output: string): string {
  return output.slice(output.lastIndexOf('\n') + 1).trim();
}

/** The last that was shown, for a message. */
export function lastShown(output: string): string {
  return openLine(output) || (output.trimEnd().split('\n').at(-1)?.trim() ?? '');
}

export class Answering {
  readonly #answers: Answer[];
  #heard = '';
  /** What has been answered already. */
  #from = 0;

  constructor(answers: readonly Answer[]) {
    this.#answers = [...answers];
  }

  get left(): readonly Answer[] {
    return this.#answers;
  }

  /** What is to be typed now that this has been shown; null when nothing is. */
  hear(shown: string): string | null {
    this.#heard += shown;
    const [next] = this.#answers;
    if (next === undefined || next.prompt === '') return null;
    const at = this.#heard.indexOf(next.prompt, this.#from);
    return at < 0 ? null : this.#give(at + next.prompt.length);
  }

  /** What is to be typed at a wait for input, whatever was shown. */
  atWait(): string | null {
    return this.#answers[0]?.prompt === '' ? this.#give(this.#heard.length) : null;
  }

  #give(from: number): string | null {
    this.#from = from;
    return this.#answers.shift()?.text ?? null;
  }
}
