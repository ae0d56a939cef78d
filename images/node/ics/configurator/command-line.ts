/** The words of csconfigurator.sh. Pure. */

export interface Options {
  /** Without questions, from a state file. */
  silent: boolean;
  /** Whether a directory server must answer where the answers say. */
  validate: boolean;
  /** The state file to read; null: the one that an interactive run left beside ics.conf. */
  state: string | null;
  /** Where to save the answers, beside the usual place. */
  saveState: string | null;
}

export const USAGE = `usage: csconfigurator.sh [-nodisplay] [-novalidate] [-saveState FILE]
       csconfigurator.sh [-nodisplay] -noconsole [-novalidate] [-state FILE] [-saveState FILE]
  -nodisplay   no windows: always so here
  -noconsole   no questions: the answers come from a state file
  -novalidate  do not look whether the directory server answers
  -state       the state file; without it, csconfigurator.state beside ics.conf, from the last interactive run
  -saveState   write the answers to this file as well`;

/** @throws Error with the wrong word. */
export function parseWords(words: readonly string[]): Options | 'help' {
  const options: Options = { silent: false, validate: true, state: null, saveState: null };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    switch (word) {
      case '-help':
      case '-?':
        return 'help';
      case '-nodisplay':
        break;
      case '-noconsole':
        options.silent = true;
        break;
      case '-novalidate':
        options.validate = false;
        break;
      case '-state':
      case '-saveState':
        options[word === '-state' ? 'state' : 'saveState'] = fileAfter(word, rest.shift());
        break;
      default:
        throw new Error(`there is no option ${word}`);
    }
  }
  if (options.state !== null && !options.silent)
    throw new Error('-state goes with -noconsole: an interactive run asks for everything');
  return options;
}

function fileAfter(option: string, file: string | undefined): string {
  if (file === undefined || file === '' || file.startsWith('-'))
    throw new Error(`${option} needs the name of a file`);
  return file;
}
