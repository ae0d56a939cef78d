/** Answers are typed when they are asked for, in their order. */
import { expect } from 'chai';
import { Answering, lastShown, plainText } from '../../harness/runbook/answering.ts';
import { scriptOf } from '../../harness/runbook/script.ts';

describe('answers to what asks', () => {
  it('each at its prompt, though it comes in pieces', () => {
    const answering = new Answering([
      { prompt: 'First?', text: 'a' },
      { prompt: 'Second?', text: '' },
    ]);
    expect(answering.hear('Fir')).to.equal(null);
    expect(answering.hear('st? ')).to.equal('a');
    expect(answering.hear('a\nFirst? was answered. Second')).to.equal(null);
    expect(answering.hear('?')).to.equal('');
    expect(answering.left).to.deep.equal([]);
  });

  it('the same prompt again asks for the next answer only when it is shown again', () => {
    const answering = new Answering([
      { prompt: 'Password:', text: 'x' },
      { prompt: 'Password:', text: 'y' },
    ]);
    expect(answering.hear('Password:')).to.equal('x');
    expect(answering.hear(' \n')).to.equal(null);
    expect(answering.hear('Password:')).to.equal('y');
  });

  it('without a prompt at the next wait for input alone', () => {
    const answering = new Answering([{ prompt: '', text: 'yes' }]);
    expect(answering.hear('Anything?')).to.equal(null);
    expect(answering.atWait()).to.equal('yes');
    expect(answering.atWait()).to.equal(null);
  });

  it('what a terminal showed becomes plain text, and the open line is the prompt', () => {
    expect(plainText('\u001b[1mone\u001b[0m\r\ntwo\rthree')).to.equal('one\ntwo\nthree');
    expect(lastShown('done\nSure? ')).to.equal('Sure?');
    expect(lastShown('done\n')).to.equal('done');
  });

  it('a file is written with a word that is none of its lines', () => {
    const script = scriptOf({ text: 'a\nEND_OF_FILE\nb', file: { path: "/etc/it's", append: true } });
    expect(script).to.equal("cat >> '/etc/it'\\''s' <<'END_OF_FILE_'\na\nEND_OF_FILE\nb\nEND_OF_FILE_");
  });
});
