import { expect } from 'chai';
import { parsePmfadm } from '../../../../../images/node/cluster/commands/pmfadm.ts';
import { WrongForm } from '../../../../../images/node/cluster/commands/words.ts';

const words = (line: string): string[] => line.split(' ').map((word) => (word === "''" ? '' : word));
const plain = { retries: 0, minutes: null, level: null, action: null, environment: {} };

describe('pmfadm', () => {
  const forms: [string, object][] = [
    ['-c tag sleep 60', { do: 'start', tag: 'tag', command: ['sleep', '60'], ...plain }],
    [
      '-c a,b,0.svc -n -1 -t 5 -C 0 -a /act -e A=1 -e B= sh -c x -n 2',
      {
        ...{ do: 'start', tag: 'a,b,0.svc', command: ['sh', '-c', 'x', '-n', '2'], retries: -1, minutes: 5 },
        ...{ level: 0, action: '/act', environment: { A: '1', B: '' } },
      },
    ],
    ['-c tag -- -odd', { do: 'start', tag: 'tag', command: ['-odd'], ...plain }],
    ['-m tag -n 3', { do: 'modify', tag: 'tag', changes: { retries: 3 } }],
    ['-m tag -t 9 -n -1', { do: 'modify', tag: 'tag', changes: { retries: -1, periodMinutes: 9 } }],
    ['-s tag', { do: 'stop', tag: 'tag', signal: null, seconds: null }],
    ['-s tag -w 5 TERM', { do: 'stop', tag: 'tag', signal: 'SIGTERM', seconds: 5 }],
    ['-s tag 15', { do: 'stop', tag: 'tag', signal: 'SIGTERM', seconds: null }],
    ['-k tag', { do: 'kill', tag: 'tag', signal: 'SIGKILL', seconds: null }],
    ['-k tag -w -1 sighup', { do: 'kill', tag: 'tag', signal: 'SIGHUP', seconds: Number.POSITIVE_INFINITY }],
    ['-q tag', { do: 'query', tag: 'tag' }],
    ['-l tag', { do: 'show', tag: 'tag' }],
    ['-L', { do: 'list' }],
  ];
  for (const [line, form] of forms)
    it(`takes ${line}`, () => expect(parsePmfadm(words(line))).to.deep.equal(form));

  const wrong: [string, string][] = [
    ['-c tag', 'pmfadm -c needs a command after its options'],
    ['-c', '-c needs TAG, and nothing follows it'],
    ["-q ''", '-q: "" is no tag'],
    ['-q a/b', '-q: "a/b" is no tag'],
    ['-n 3', 'nothing says what to do: give one of -c -m -s -k -q -l -L'],
    ['-c tag -q tag true', '-c and -q are two commands: give one of them'],
    ['-q tag -w 5', '-w does not go with pmfadm -q'],
    ['-q tag more', '"more" is one word too many'],
    ['-L more', '"more" is one word too many'],
    ['-s tag TERM more', '"more" is one word too many'],
    ['-s tag SIGNONE', '"SIGNONE" is no signal, such as TERM or 15'],
    ['-s tag -w soon', '-w: "soon" is no integer of at least -1'],
    ['-c tag -n -2 true', '-n: "-2" is no integer of at least -1'],
    ['-c tag -t 0 true', '-t: "0" is no integer of at least 1'],
    ['-c tag -e A true', '-e: "A" is not of the form NAME=VALUE'],
    ['-c tag -E true', 'there is no option -E: name what the command needs, -e NAME=VALUE'],
    ['-m tag', 'pmfadm -m needs -n RETRIES or -t MINUTES'],
  ];
  for (const [line, message] of wrong) {
    it(`refuses ${line}`, () =>
      expect(() => parsePmfadm(words(line)))
        .to.throw(WrongForm)
        .with.property('message', message));
  }
});
