/** The interactive run without a process: whatever is typed, it ends, and what it takes a state file takes as well. */
import { expect } from 'chai';
import fc from 'fast-check';
import { KEYS } from '../../../../../images/node/ics/configurator/fields.ts';
import { Aborted, type Facts, interview } from '../../../../../images/node/ics/configurator/panels.ts';
import { parseState, stateText } from '../../../../../images/node/ics/configurator/state-file.ts';
import { notMounted } from '../../../../../images/node/ics/configurator/surroundings.ts';
import { answersFor, BASE, typedFor } from '../../../../helpers/configuration.ts';

const facts: Facts = {
  presets: { hostName: 'Node1', configFolder: '/etc/opt/SUNWics5/config', varFolder: '/var/opt/SUNWics5' },
  base: BASE,
  isFolder: () => false,
  unreachable: null,
};

async function typing(lines: readonly string[], more: Partial<Facts> = {}) {
  const rest = [...lines];
  const said: string[] = [];
  const terminal = {
    say: (line: string) => void said.push(line),
    ask: async (prompt: string) => {
      said.push(prompt);
      return rest.shift();
    },
  };
  return { answers: await interview(terminal, { ...facts, ...more }), said: said.join('\n'), rest };
}

describe('panels of the configurator', () => {
  it('takes what is typed, and what is offered where nothing is', async () => {
    const { answers, rest } = await typing([...typedFor(answersFor('/cal')), 'y']);
    expect(answers).to.deep.equal(answersFor('/cal'));
    expect(rest).to.deep.equal([]);
    const offered = await typing(
      KEYS.map((key) => (key.endsWith('PASSWORD') ? 'secret' : ''))
        .slice(1)
        .concat(''),
    );
    expect(offered.answers).to.include({
      CONFIG_DIRECTORY: '/etc/opt/SUNWics5/config',
      START_ON_BOOT: 'yes',
    });
  });

  it('does not ask for what does not matter', async () => {
    const lines = [
      'none',
      '',
      '',
      '',
      '',
      'pw',
      'no',
      '',
      '',
      '',
      '',
      'N',
      'No',
      '',
      '',
      '',
      '',
      '',
      '',
      'no',
      'no',
      '',
      '',
    ];
    const { answers, said, rest } = await typing(lines);
    expect(rest).to.deep.equal([]);
    expect(answers).to.include({ EMAIL_ALARMS: 'no', ARCHIVE: 'no', START_ON_BOOT: 'no' });
    expect(said).to.not.include('SMTP').and.not.include('Archive Directory');
  });

  it('without Create Directory, folders must be there', async () => {
    const typed = typedFor(answersFor('/cal', { CREATE_DIRECTORIES: 'no' }));
    const error = await typing([...typed, 'yes'], { isFolder: (path) => path !== '/cal/csdb' }).catch(
      (one) => one,
    );
    expect(error).to.be.instanceOf(Aborted);
    const { answers } = await typing([...typed, 'yes'], { isFolder: () => true });
    expect(answers.CREATE_DIRECTORIES).to.equal('no');
  });

  it('a directory server that does not answer: asks whether that is meant', async () => {
    const typed = typedFor(answersFor('/cal'));
    const nobody = { unreachable: async () => 'ECONNREFUSED' };
    // The first panel has seven questions.
    const kept = await typing([...typed.slice(0, 7), 'perhaps', 'yes', ...typed.slice(7), 'yes'], nobody);
    expect(kept.said).to.include('No directory server answers at Node1, port 389: ECONNREFUSED');
    const again = [...typed.slice(0, 7), 'no', ...typed.slice(0, 7), 'yes', ...typed.slice(7), 'yes'];
    expect((await typing(again, nobody)).rest).to.deep.equal([]);
  });

  it('any input: ends, and what was taken can be replayed', async () => {
    const line = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom('', 'yes', 'no', '<', '/a', '/b', '/c', '80', 'x', 'o=x', 'a@b'),
      },
      { weight: 2, arbitrary: fc.string() },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    );
    const ways = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 60 }), fc.boolean(), async (lines, whole) => {
        // With them every question finds an answer that can stand: one is offered, the other is a password.
        const tail = Array.from({ length: whole ? 200 : 0 }, (_, index) => (index % 2 === 0 ? '' : 'yes'));
        try {
          const { answers } = await typing([...lines, ...tail]);
          ways.add('taken');
          expect(parseState(stateText(answers), 's', BASE)).to.deep.equal(answers);
        } catch (error) {
          if (!(error instanceof Aborted)) throw error;
          ways.add('aborted');
        }
      }),
      { numRuns: 400 },
    );
    expect([...ways]).to.have.members(['aborted', 'taken']);
  });

  it('knows the file system that a folder belongs to, and whether it is mounted', () => {
    const vfstab = '# x\n/dev/md/p/dsk/d1\t/dev/md/p/rdsk/d1\t/cal\tufs\t2\tno\tlogging\n';
    const mounted = '36 35 98:0 / /cal rw - ext4 /dev/x rw\n';
    expect(notMounted('/cal/config', vfstab, '')).to.equal('/cal');
    expect(notMounted('/cal/config', vfstab, mounted)).to.equal(undefined);
    expect(notMounted('/calendar', vfstab, '')).to.equal(undefined);
  });
});
